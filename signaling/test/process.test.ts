import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../media/test/ports.ts';
import { endProcess } from './processes.ts';
import { startRedis } from './redis.ts';
import { register } from './rest.ts';
import { isAlive, makeDataDir, processesOf, type RunningProcess, startProcess } from './start-process.ts';
import { openSocket } from './test-socket.ts';

interface Readiness {
  checks: Record<string, { ok: boolean } | undefined>;
}

let data: ReturnType<typeof makeDataDir>;
const started: RunningProcess[] = [];

beforeEach(() => {
  data = makeDataDir();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ child }) => endProcess(child)));
  data.remove();
});

const start = async (env: Record<string, string> = {}, args: string[] = []): Promise<RunningProcess> => {
  const running = await startProcess({ dataDir: data.path, env, args });
  started.push(running);
  return running;
};

describe('the program', () => {
  it('is ready by itself, and SIGTERM ends everything within 10 s with nothing left behind', async () => {
    const { child, url } = await start();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const socket = await openSocket(url, await register(url));
    const family = processesOf(child.pid!, data.path);
    // Ourselves, two workers, the postmaster and its helpers.
    expect(family.length).toBeGreaterThan(4);
    const at = Date.now();
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    console.log(`SIGTERM to exit: ${Date.now() - at} ms`);
    expect(code).toBe(0);
    expect(Date.now() - at).toBeLessThan(10_000);
    await expect.poll(() => family.filter(isAlive)).toEqual([]);
    expect(await socket.next('server.draining')).toEqual({ reconnectAfterMs: expect.any(Number) });
    expect((await socket.closed).code).toBe(1001);
  });

  it('keeps its secret to itself and its data over a restart', async () => {
    const first = await start();
    const account = await register(first.url);
    await endProcess(first.child);
    expect(statSync(join(data.path, 'jwt-secret')).mode & 0o777).toBe(0o600);
    const second = await start();
    const socket = await openSocket(second.url, account);
    expect(socket.frames[0]?.payload.userId).toBe(account.user.id);
    await socket.close();
  });

  it('prints a link that makes the administrator, as long as nobody signs up at the machine', async () => {
    const codeIn = (output: string) => /\/invite#([\w-]{24})/.exec(output)?.[1];
    const first = await start();
    await expect.poll(() => codeIn(first.output())).toBeDefined();
    await endProcess(first.child);
    const second = await start();
    await expect.poll(() => codeIn(second.output())).toBeDefined();
    expect(codeIn(second.output())).not.toBe(codeIn(first.output()));
    expect((await register(second.url)).user.is_administrator).toBe(true);
    await endProcess(second.child);
    const third = await start();
    expect((await register(third.url)).user).not.toHaveProperty('is_administrator');
    expect(codeIn(third.output())).toBeUndefined();
  });

  it('refuses a second process on the same data, and names the first', async () => {
    const first = await start();
    const refused = startProcess({ dataDir: data.path });
    await expect(refused).rejects.toThrow(new RegExp(`(?=[^]*${first.child.pid})(?=[^]*${data.path})`));
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  });

  it('refuses production without a secret, and says which', async () => {
    for (const JWT_SECRET of ['', '<secret>', 'change-me']) {
      await expect(
        startProcess({ dataDir: data.path, env: { NODE_ENV: 'production', JWT_SECRET } }),
      ).rejects.toThrow(/JWT_SECRET/);
    }
  });

  it('says that a port is taken, whose it is to mend, and leaves nothing running', async () => {
    const first = await start();
    const other = makeDataDir();
    const PORT = new URL(first.url).port;
    await expect(startProcess({ dataDir: other.path, env: { PORT } })).rejects.toThrow(
      /EADDRINUSE.*set PORT/,
    );
    expect(() => readFileSync(join(other.path, 'postgres/postmaster.pid'))).toThrow();
    other.remove();
  });

  it('says in a line that DATABASE_URL does not answer, without its password', async () => {
    const url = new URL('postgres://somebody@127.0.0.1:1/nothing');
    url.password = 'hidden';
    const env = { DATABASE_URL: url.href };
    const failed = await startProcess({ dataDir: data.path, env }).catch(String);
    expect(failed).toContain('DATABASE_URL names postgres://127.0.0.1:1/nothing, which does not answer');
    expect(failed).not.toContain('hidden');
    expect(failed).not.toMatch(/^\s+at /m);
  });

  it('starts while Redis is away, says so, and is one of many once it is there', async () => {
    const port = await findFreePorts();
    const { url, output } = await start({ REDIS_URL: `redis://:hidden@127.0.0.1:${port}` });
    expect(output()).toContain(`REDIS_URL names redis://127.0.0.1:${port}, which does not answer`);
    expect(output()).not.toContain('hidden');
    const readBus = async () => {
      const { checks } = (await (await fetch(`${url}/readyz`)).json()) as Readiness;
      return checks.bus?.ok;
    };
    expect(await readBus()).toBe(false);
    const socket = await openSocket(url, await register(url));
    await socket.request('room.join', { roomSlug: 'general' });
    await socket.request('chat.send', { text: 'among us' });
    const redis = await startRedis(port, '--requirepass', 'hidden');
    try {
      await expect.poll(readBus).toBe(true);
    } finally {
      await socket.close();
      await endProcess(redis);
    }
  });

  it('says in a line that Redis lets nobody in', async () => {
    const port = await findFreePorts();
    const redis = await startRedis(port, '--requirepass', 'another');
    try {
      const env = { REDIS_URL: `redis://:hidden@127.0.0.1:${port}` };
      const failed = await startProcess({ dataDir: data.path, env }).catch(String);
      expect(failed).toContain(`REDIS_URL names redis://127.0.0.1:${port}, which lets nobody in`);
      expect(failed).not.toContain('hidden');
    } finally {
      await endProcess(redis);
    }
  });

  it('serves HTTPS with a certificate of its own on every interface with --lan', async () => {
    const { url, output } = await start({}, ['--lan']);
    expect(output()).toMatch(/https:\/\/localhost:\d+/);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(`${url}/readyz`, { rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.once('error', reject).end();
    });
    expect(status).toBe(200);
    expect(statSync(join(data.path, 'tls/key.pem')).mode & 0o777).toBe(0o600);
  });

  it('loses no acked message to a SIGKILL under load, and adopts its PostgreSQL', async () => {
    const { child, url } = await start();
    const accounts = await Promise.all(Array.from({ length: 10 }, (_, _n) => register(url)));
    const sockets = await Promise.all(accounts.map((account) => openSocket(url, account)));
    await Promise.all(sockets.map((socket) => socket.request('room.join', { roomSlug: 'general' })));
    const acked: { id: string; seq: number }[] = [];
    const enough = Promise.withResolvers<void>();
    const sendForever = async (socket: (typeof sockets)[number]): Promise<void> => {
      for (;;) {
        const { id, seq } = await socket.request('chat.send', { text: 'under load' });
        acked.push({ id, seq });
        if (acked.length === 2_000) enough.resolve();
      }
    };
    // Each ends with its socket.
    const senders = sockets.map((socket) => sendForever(socket).catch(() => {}));
    await enough.promise;
    const family = processesOf(child.pid!, data.path);
    await endProcess(child, 'SIGKILL');
    await Promise.all(senders);
    const second = await start();
    expect(second.output()).toContain('adopted');
    // The postmaster and its helpers live on; we and our workers do not.
    await expect.poll(() => isAlive(child.pid!)).toBe(false);
    const seen = await readAll(second.url, accounts[0]!.token);
    const seenIds = new Set(seen.map(({ id }) => id));
    console.log(`SIGKILL under load: ${acked.length} acked, ${seen.length} stored`);
    expect(acked.filter(({ id }) => !seenIds.has(id))).toEqual([]);
    expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: seen.length }, (_, n) => n + 1));
    await endProcess(second.child);
    await expect.poll(() => family.filter(isAlive)).toEqual([]);
  });
});

const readAll = async (url: string, token: string): Promise<{ id: string; seq: number }[]> => {
  const all: { id: string; seq: number }[] = [];
  let before: string | null = '';
  while (before !== null) {
    const query: string = before === '' ? '' : `&before=${before}`;
    const response = await fetch(`${url}/v1/rooms/general/messages?limit=100${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const page = (await response.json()) as {
      messages: { id: string; seq: number }[];
      next_cursor: string | null;
    };
    all.unshift(...page.messages);
    before = page.next_cursor;
  }
  return all;
};
