import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rtpCapabilities } from '../../media/test/port.ts';
import { endProcess } from './processes.ts';
import { register } from './rest.ts';
import { mediaSecret, startMediaProcess } from './start-media.ts';
import { childrenOf, isAlive, makeDataDir, processesOf, startProcess } from './start-process.ts';
import { openSocket } from './test-socket.ts';

let data: ReturnType<typeof makeDataDir>;
const closers: (() => Promise<void>)[] = [];
beforeEach(() => {
  data = makeDataDir();
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  data.remove();
});

const startMedia = async (env: Record<string, string> = {}) => {
  const started = await startMediaProcess(env);
  closers.push(() => endProcess(started.child));
  return started;
};

const startSignaling = async (env: Record<string, string>, args: string[] = []) => {
  const started = await startProcess({
    dataDir: data.path,
    env: { MEDIA_SECRET: mediaSecret, ...env },
    args,
  });
  closers.push(() => endProcess(started.child));
  return started;
};

/** Empty for a process that is gone: PostgreSQL's helpers come and go. */
const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

describe('the media node as a program', () => {
  it('says in one line that it is ready, and SIGTERM ends it with no worker left', async () => {
    const { child, linkPort, output } = await startMedia();
    expect(output()).toBe(`The media node is ready at ws://127.0.0.1:${linkPort}\n`);
    const workers = childrenOf(child.pid!);
    expect(workers).toHaveLength(2);
    const at = Date.now();
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(Date.now() - at).toBeLessThan(10_000);
    await expect.poll(() => workers.filter(isAlive)).toEqual([]);
  });

  it.each([
    ['MEDIA_SECRET', ''],
    ['MEDIA_SECRET', '<secret>'],
    ['MEDIA_SECRET', 'change-me-please-now'],
    ['MEDIA_SECRET', 'too short'],
    ['MEDIA_LINK_HOST', '0.0.0.0'],
    ['MEDIA_LINK_CERT', '/nowhere/cert.pem'],
  ])('refuses %s=%j in one line', async (name, value) => {
    const failed = await startMedia({ [name]: value }).catch(String);
    expect(failed).toMatch(
      new RegExp(`^.* ended with 1:\\nThe media node could not start\\. .*${name}.*\\n$`),
    );
  });

  it('says which port is taken, and leaves nothing running', async () => {
    const { linkPort } = await startMedia();
    const failed = await startMedia({ MEDIA_LINK_PORT: String(linkPort) }).catch(String);
    expect(failed).toMatch(/EADDRINUSE.*set MEDIA_LINK_PORT/);
  });
});

describe('signaling with MEDIA_URL', () => {
  it('has no worker of its own, serves voice, and ends without taking the node with it', async () => {
    const media = await startMedia();
    const { child, url } = await startSignaling({ MEDIA_URL: media.url }, ['--without-media']);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const socket = await openSocket(url, await register(url));
    const seat = await socket.request('voice.join', { roomSlug: 'general', rtpCapabilities });
    expect(seat.sendTransport.iceCandidates.length).toBeGreaterThan(0);
    const workers = childrenOf(media.child.pid!);
    const commands = processesOf(child.pid!, data.path).map(commandOf);
    expect(commands.filter((command) => command.includes('mediasoup'))).toEqual([]);
    expect(commandOf(workers[0]!)).toContain('mediasoup');
    await socket.close();
    await endProcess(child);
    expect(child.exitCode).toBe(0);
    expect(workers.filter(isAlive)).toEqual(workers);
  });

  it('resets the seats of a node that was killed, and has voice again with the next one', async () => {
    const first = await startMedia();
    const { url } = await startSignaling({ MEDIA_URL: first.url });
    const socket = await openSocket(url, await register(url));
    const { seatId } = await socket.request('voice.join', { roomSlug: 'general', rtpCapabilities });
    await endProcess(first.child, 'SIGKILL');
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 10_000 }).toBe(503);
    await startMedia({ MEDIA_LINK_PORT: String(first.linkPort) });
    expect(await socket.next('voice.reset')).toMatchObject({ seatId });
    const again = { roomSlug: 'general', rtpCapabilities, seatId };
    expect((await socket.request('voice.join', again)).participants).toHaveLength(1);
    await socket.close();
  });

  it('says in a line that the node does not answer, or refuses the secret, and does not tell it', async () => {
    const { url } = await startMedia();
    const [silent, refused, missing] = await Promise.all([
      startSignaling({ MEDIA_URL: 'ws://127.0.0.1:1' }).catch(String),
      startProcess({
        dataDir: `${data.path}/2`,
        env: { MEDIA_URL: url, MEDIA_SECRET: 'another-secret-as-long' },
      }).catch(String),
      startProcess({ dataDir: `${data.path}/3`, args: ['--without-media'] }).catch(String),
    ]);
    expect(silent).toMatch(/MEDIA_URL names ws:\/\/127\.0\.0\.1:1\/, which does not answer/);
    expect(refused).toMatch(/MEDIA_URL names ws:\/\/127\.0\.0\.1:\d+\/, which refuses MEDIA_SECRET/);
    expect(missing).toMatch(/Set MEDIA_SECRET, and MEDIA_URL/);
    expect(`${silent}${refused}`).not.toMatch(/^\s+at |another-secret|secret-of-the-tests/m);
    // A node that may still be starting is waited for, for ten seconds.
  }, 40_000);
});
