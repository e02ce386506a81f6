import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endProcess } from './processes.ts';
import { createRoom } from './rest.ts';
import type { TestServer } from './start-server.ts';
import { startTwoProcesses, type TwoProcesses } from './two-processes.ts';

interface Readiness {
  ready: boolean;
  checks: Record<string, { ok: boolean; detail: string }>;
}

const readinessOf = async (server: TestServer): Promise<Readiness & { status: number }> => {
  const response = await fetch(`${server.url}/readyz`);
  return { status: response.status, ...((await response.json()) as Readiness) };
};

describe('while Redis is away', () => {
  let two: TwoProcesses;
  beforeAll(async () => {
    two = await startTwoProcesses();
  });
  afterAll(() => two.close());

  const hurt: Record<string, () => Promise<() => Promise<unknown>>> = {
    killed: async () => {
      await endProcess(two.redis, 'SIGKILL');
      return () => two.restartRedis();
    },
    hung: async () => {
      two.redis.kill('SIGSTOP');
      return async () => two.redis.kill('SIGCONT');
    },
  };

  it.each(Object.keys(hurt))(
    '(%s) each process serves its own, says what is missing, and loses nothing when it is back',
    async (how) => {
      const [here, there] = two.servers;
      const [anna, boris, clara] = [
        await here.connect('Anna'),
        await here.connect('Boris'),
        await there.connect('Clara'),
      ];
      const { slug } = await createRoom(here.url, anna.token);
      for (const socket of [anna, boris, clara]) await socket.request('room.join', { roomSlug: slug });
      const { seq, epoch } = await anna.request('chat.send', { text: 'all of us' });
      await clara.next('chat.message', (message) => message.seq === seq);

      const heal = await hurt[how]!();
      for (const server of two.servers) {
        await expect
          .poll(async () => (await readinessOf(server)).checks.bus, { timeout: 10_000 })
          .toEqual({ ok: false, detail: 'unreachable' });
        // Whoever comes by this process is served: a proxy must not turn them away.
        expect(await readinessOf(server)).toMatchObject({ status: 200, ready: true });
      }
      const dora = await here.connect('Dora');
      const joiningAt = performance.now();
      await dora.request('room.join', { roomSlug: slug });
      expect(performance.now() - joiningAt).toBeLessThan(1_000);
      const text = `among us here ${randomUUID()}`;
      await anna.request('chat.send', { text });
      for (const socket of [boris, dora])
        await socket.next('chat.message', (message) => message.text === text);
      await clara.request('chat.send', { text: 'and I there' });

      await heal();
      await clara.next('room.position');
      const { recovered, missed } = await clara.request('room.join', {
        ...{ roomSlug: slug, afterSeq: seq, epoch },
      });
      expect([recovered, missed.map((message) => message.text)]).toEqual([true, [text, 'and I there']]);
      for (const server of two.servers)
        await expect
          .poll(async () => (await readinessOf(server)).checks.bus?.ok, { timeout: 10_000 })
          .toBe(true);
      await Promise.all([anna, boris, clara, dora].map((socket) => socket.close()));
    },
    40_000,
  );
});
