import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireDataDirLock, DataDirInUseError } from './data-dir-lock.ts';
import { findDeadPid, listProcessesBelow, makeTemporaryDir, startHolder } from './test/helpers.ts';

describe('the lock of a data directory', () => {
  let root: string;
  let dataDir: string;
  let lockFile: string;

  beforeEach(async () => {
    root = await makeTemporaryDir();
    dataDir = join(root, 'data');
    lockFile = join(dataDir, 'boltorezka.lock');
  });

  afterEach(async () => {
    expect(await listProcessesBelow(root)).toEqual([]);
    await rm(root, { recursive: true });
  });

  async function leaveStaleLock(owner: object | string): Promise<string> {
    const lock = await acquireDataDirLock(dataDir);
    await lock.release();
    const text = typeof owner === 'string' ? owner : JSON.stringify(owner);
    await writeFile(lockFile, text);
    return text;
  }

  async function describeDeadOwner(): Promise<object> {
    const pid = await findDeadPid();
    return { id: `of ${pid}`, pid, processStartTime: 'long ago', startedAt: '2026-01-01T00:00:00.000Z' };
  }

  it('makes the directory for us alone and says in it who holds it', async () => {
    const lock = await acquireDataDirLock(dataDir);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(lockFile)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(lockFile, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
    await lock.release();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('refuses a second process and names the first', async () => {
    const holder = startHolder(dataDir, 'lock');
    expect(await holder.nextReport()).toMatchObject({ state: 'held' });
    const refused = acquireDataDirLock(dataDir);
    await expect(refused).rejects.toBeInstanceOf(DataDirInUseError);
    await expect(refused).rejects.toThrow(String(holder.pid));
    await expect(refused).rejects.toThrow(dataDir);
    await expect(refused).rejects.toThrow(/running since \d{4}-.*DATA_DIR/s);
    await holder.finish();
    await (await acquireDataDirLock(dataDir)).release();
  });

  it('takes over from a process that was killed', async () => {
    const holder = startHolder(dataDir, 'lock');
    await holder.nextReport();
    await holder.killGroup();
    const lock = await acquireDataDirLock(dataDir);
    expect(await readdir(dataDir)).toEqual(['boltorezka.lock']);
    await lock.release();
  });

  it('takes over when the pid belongs to another process by now', async () => {
    await leaveStaleLock({ id: 'x', pid: process.pid, processStartTime: 'another', startedAt: '' });
    await (await acquireDataDirLock(dataDir)).release();
  });

  it.each(['', '{"pid":', '{"pid":-1,"processStartTime":"x"}', 'null'])(
    'takes over the torn text %j',
    async (text) => {
      await leaveStaleLock(text);
      await (await acquireDataDirLock(dataDir)).release();
    },
  );

  it('does not remove a lock that is no longer ours', async () => {
    const lock = await acquireDataDirLock(dataDir);
    await writeFile(lockFile, 'of somebody else');
    await lock.release();
    expect(await readFile(lockFile, 'utf8')).toBe('of somebody else');
  });

  it('is taken over past a process that died while taking it over', async () => {
    const stale = await leaveStaleLock(await describeDeadOwner());
    const digest = createHash('sha256').update(stale).digest('hex').slice(0, 16);
    await writeFile(`${lockFile}.${digest}`, JSON.stringify(await describeDeadOwner()));
    const lock = await acquireDataDirLock(dataDir);
    expect(await readdir(dataDir)).toEqual(['boltorezka.lock']);
    await lock.release();
  });

  it('goes to exactly one of many that find it stale at the same time', async () => {
    for (let round = 0; round < 25; round += 1) {
      await leaveStaleLock(await describeDeadOwner());
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireDataDirLock(dataDir)));
      const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(won).toHaveLength(1);
      expect(lost.every((reason) => reason instanceof DataDirInUseError)).toBe(true);
      await won[0]!.release();
      expect(await readdir(dataDir)).toEqual([]);
    }
  });

  it('goes to exactly one of several processes that find it stale', async () => {
    await leaveStaleLock(await describeDeadOwner());
    const holders = Array.from({ length: 5 }, () => startHolder(dataDir, 'race'));
    await Promise.all(holders.map((holder) => holder.nextReport()));
    for (const holder of holders) holder.send('go');
    const reports = await Promise.all(holders.map((holder) => holder.nextReport()));
    expect(reports.filter(({ state }) => state === 'held')).toHaveLength(1);
    const winner = holders[reports.findIndex(({ state }) => state === 'held')]!;
    for (const { state, message } of reports) {
      if (state === 'failed') expect(message).toContain(`process ${winner.pid},`);
    }
    await Promise.all(holders.map((holder) => holder.finish()));
  });
});
