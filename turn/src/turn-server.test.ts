import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mint, openRelay, type Relay } from '../test/relay.ts';
import { probeTurn } from './index.ts';

describe('what the relay shows', () => {
  let relay: Relay;
  beforeAll(async () => {
    relay = await openRelay();
  });
  afterAll(() => relay?.close());

  /** Every port on which the process accepts connections, from the kernel's own tables. */
  const acceptingPorts = async (pid: number): Promise<Set<number>> => {
    const fds = await readdir(`/proc/${pid}/fd`);
    const links = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
    const tables = await Promise.all(['tcp', 'tcp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8')));
    const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((row) => row.trim().split(/\s+/));
    const listening = rows.filter((row) => row[3] === '0A' && inodes.has(row[9]));
    return new Set(listening.map((row) => Number.parseInt(row[1]?.split(':')[1] ?? '', 16)));
  };

  it('opens no console and no administration page', async () => {
    expect(await acceptingPorts(relay.server.pid)).toEqual(new Set([relay.port]));
  });

  it('keeps its configuration to its owner', async () => {
    expect((await stat(join(relay.stateDir, 'turnserver.conf'))).mode & 0o777).toBe(0o600);
  });
});

describe('the life of the relay', () => {
  it('takes the first clients at once, all of them', async () => {
    const own = await openRelay();
    const reports = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        probeTurn({
          url: `turn:127.0.0.1:${own.port}?transport=${index % 2 === 0 ? 'udp' : 'tcp'}`,
          credentials: mint(`first-${index}`),
        }),
      ),
    );
    await own.close();
    expect(new Set(reports.map(({ outcome }) => outcome))).toEqual(new Set(['relays']));
  });

  it('ends when it is closed, twice too', async () => {
    const own = await openRelay();
    await Promise.all([own.server.close(), own.server.close()]);
    await own.server.exited;
    expect(() => process.kill(own.server.pid, 0)).toThrow();
    await own.close();
  });

  it('ends when it is told to while it starts', async () => {
    const stop = new AbortController();
    const starting = openRelay({ signal: stop.signal });
    stop.abort();
    await expect(starting).rejects.toThrow();
  });
});
