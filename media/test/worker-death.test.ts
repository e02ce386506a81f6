import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { MediaPort } from '@boltorezka/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { dtlsParameters, join, send, startNode, watchEvents } from './port.ts';

let node: MediaPort | undefined;
afterEach(() => node?.close());

const pids = async (port: MediaPort) =>
  (await port.request('media.getStatus', {})).workers.map(({ pid }) => pid);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a media node', () => {
  it('spreads rooms over its workers', async () => {
    node = await startNode({ workerCount: 2 });
    for (let n = 0; n < 4; n += 1) await join(node, randomUUID());
    const { workers } = await node.request('media.getStatus', {});
    expect(workers.map(({ rooms }) => rooms)).toEqual([2, 2]);
  });

  it('spreads rooms over its workers also where all come at once', async () => {
    node = await startNode({ workerCount: 2 });
    await Promise.all(Array.from({ length: 8 }, () => join(node!, randomUUID())));
    const { workers } = await node.request('media.getStatus', {});
    expect(workers.map(({ rooms }) => rooms)).toEqual([4, 4]);
  });

  it('prepares no more than a worker may hold, however many ask at once', async () => {
    node = await startNode({ workerCount: 1 });
    const prepare = () =>
      node!.request('media.prepareTransports', {
        ...{ roomId: randomUUID(), peerId: randomUUID(), dtlsParameters },
      });
    const asked = await Promise.allSettled(Array.from({ length: 120 }, prepare));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
  });

  it('says of a room whose worker died that, and nothing of each sound in it', async () => {
    node = await startNode({ workerCount: 1 });
    const events = watchEvents(node);
    const roomId = randomUUID();
    for (let n = 0; n < 3; n += 1) await send(node, await join(node, roomId));
    process.kill((await pids(node))[0]!, 'SIGKILL');
    await events.next('media.workersChanged', ({ running }) => running === 1);
    const types = events.events.map(({ type }) => type);
    expect(types).not.toContain('media.consumerClosed');
    expect(types.filter((type) => type === 'media.peersLost')).toHaveLength(1);
  });

  it('neither replaces a worker nor tells of it once it is stopping: a signal may have met the whole group', async () => {
    const stopping = new AbortController();
    node = await startNode({ workerCount: 1, stopping: stopping.signal });
    const events = watchEvents(node);
    await join(node, randomUUID());
    const [worker] = await pids(node);
    stopping.abort();
    process.kill(worker!, 'SIGTERM');
    await expect.poll(() => isAlive(worker!)).toBe(false);
    await node.close();
    expect(events.events.map(({ type }) => type)).toEqual(['media.peerChanged']);
  });

  it('tries another worker where one does not come up', async () => {
    const folder = mkdtempSync(joinPath(tmpdir(), 'boltorezka-worker-'));
    const [bin, flag, pidFile] = ['worker', 'hang', 'pid'].map((name) => joinPath(folder, name)) as [
      string,
      string,
      string,
    ];
    const real = process.env.MEDIASOUP_WORKER_BIN;
    writeFileSync(
      bin,
      `#!/bin/sh\n[ -e ${flag} ] && echo $$ > ${pidFile} && exec sleep 600\nexec ${real} "$@"\n`,
      { mode: 0o755 },
    );
    node = await startNode({ workerCount: 1, workerBin: bin, startDeadlineMs: 3_000 });
    const events = watchEvents(node);
    const [first] = await pids(node);
    writeFileSync(flag, '');
    process.kill(first!, 'SIGKILL');
    // The file is there before the number is in it.
    const readPid = () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0);
    await expect.poll(readPid, { timeout: 5_000 }).toBeGreaterThan(0);
    rmSync(flag);
    const hanging = readPid();
    await events.next('media.workersChanged', ({ running }) => running === 1);
    await join(node, randomUUID());
    expect(isAlive(hanging)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it.each(['SIGKILL', 'SIGSEGV'] as const)(
    'replaces a worker that dies of %s, and names whose media is lost',
    async (signal) => {
      node = await startNode({ workerCount: 2 });
      const events = watchEvents(node);
      const [first, second] = [randomUUID(), randomUUID()];
      await join(node, first);
      await join(node, second);
      const before = await pids(node);
      process.kill(before[0]!, signal);
      const lost = await events.next('media.peersLost');
      expect(lost).toMatchObject({ roomId: first, reason: 'workerDied', peerIds: [expect.any(String)] });
      await events.next('media.workersChanged', ({ running }) => running === 2);
      const after = await pids(node);
      expect(after[0]).not.toBe(before[0]);
      expect(after[1]).toBe(before[1]);
      expect((await join(node, first)).sendTransport.iceCandidates.length).toBeGreaterThan(0);
      expect(events.events.filter(({ type }) => type === 'media.peersLost')).toHaveLength(1);
    },
  );

  it('kills and replaces a worker that no longer answers', async () => {
    node = await startNode({ workerCount: 1, requestDeadlineMs: 300, watchdogIntervalMs: 50 });
    const events = watchEvents(node);
    const roomId = randomUUID();
    await join(node, roomId);
    const [stopped] = await pids(node);
    process.kill(stopped!, 'SIGSTOP');
    await expect(join(node, roomId)).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
    await events.next('media.workersChanged', ({ running }) => running === 1);
    expect(isAlive(stopped!)).toBe(false);
    await join(node, roomId);
  });

  it('does not blame a worker for its own standing still', async () => {
    node = await startNode({ workerCount: 1, requestDeadlineMs: 300, watchdogIntervalMs: 50 });
    const before = await pids(node);
    const roomId = randomUUID();
    const joining = join(node, roomId);
    // Asked, and not yet answered.
    await new Promise((resolve) => setImmediate(resolve));
    const until = Date.now() + 1_000;
    // This process does nothing else meanwhile: answers lie unread, timers run late.
    while (Date.now() < until);
    await joining;
    expect(await pids(node)).toEqual(before);
  });

  it('fails a join that its worker did not survive, or tells that its media is lost', async () => {
    node = await startNode({ workerCount: 1 });
    const events = watchEvents(node);
    const worker = async () => (await node!.request('media.getStatus', {})).workers[0]!;
    for (let n = 0; n < 3; n += 1) {
      const roomId = randomUUID();
      await join(node, roomId);
      const joining = Array.from({ length: 10 }, () => join(node!, roomId));
      const settled = Promise.allSettled(joining);
      await joining[n];
      process.kill((await worker()).pid, 'SIGKILL');
      const lost = await events.next('media.peersLost', (payload) => payload.roomId === roomId);
      const joined = (await settled).filter(({ status }) => status === 'fulfilled').length + 1;
      await expect.poll(async () => (await worker()).state, { timeout: 10_000 }).toBe('running');
      // Whoever has an answer is either among the lost, and told, or stands on the new worker.
      expect((await worker()).peers).toBe(joined - lost.peerIds.length);
    }
  });

  it('ends a worker that is stopped when it closes', async () => {
    node = await startNode({ workerCount: 1 });
    const [pid] = await pids(node);
    process.kill(pid!, 'SIGSTOP');
    await node.close();
    await expect.poll(() => isAlive(pid!)).toBe(false);
  });

  it('leaves no worker behind when it closes, twice', async () => {
    node = await startNode({ workerCount: 2 });
    const workers = await pids(node);
    await node.close();
    await node.close();
    await expect.poll(() => workers.filter(isAlive)).toEqual([]);
    await expect(join(node, randomUUID())).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('adds no listener for signals: when to close is its owner’s decision', async () => {
    const before = process.listenerCount('SIGTERM');
    node = await startNode({ workerCount: 2 });
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it('fails as a whole, with nothing left running, where a worker cannot start', async () => {
    await expect(startNode({ workerBin: '/bin/false' })).rejects.toThrow();
  });
});
