import { chown, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { locateBinaries } from './binaries.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './postgres.ts';
import type { PostmasterExit } from './postmaster.ts';
import {
  copyTree,
  listProcessesBelow,
  makeTemporaryDir,
  query,
  readServerPid,
  silentLog,
  startBystander,
  startHolder,
  waitUntil,
} from './test/helpers.ts';

const isRoot = process.getuid?.() === 0;

describe('the embedded PostgreSQL', { timeout: 60_000 }, () => {
  let root: string;
  let dataDir: string;
  let opened: EmbeddedPostgres[];
  /** What a start leaves in an empty directory, made once: most tests are of what comes after it. */
  let template: string;

  beforeAll(async () => {
    template = await makeTemporaryDir();
    await (await startEmbeddedPostgres({ dataDir: template, log: silentLog })).close();
  });
  afterAll(() => rm(template, { recursive: true, force: true }));

  beforeEach(async () => {
    root = await makeTemporaryDir();
    dataDir = join(root, 'data');
    await copyTree(template, dataDir);
    opened = [];
  });

  afterEach(async () => {
    await Promise.all(opened.map((server) => server.close()));
    expect(await listProcessesBelow(root)).toEqual([]);
    expect(await readdir(dataDir).catch(() => [])).not.toContain('postgres.stage');
    await rm(root, { recursive: true });
  });

  async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir, log: silentLog, ...options });
    opened.push(server);
    return server;
  }

  it('starts on an empty directory and speaks Russian', async () => {
    dataDir = join(root, 'empty');
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(server.connection).toMatchObject({ user: 'boltorezka', database: 'boltorezka' });
    expect(server.connection.host.startsWith('/')).toBe(true);
    const [row] = await query(
      server,
      `select current_setting('fsync') as fsync, current_setting('listen_addresses') as addresses,
              (select rolsuper from pg_roles where rolname = current_user) as superuser, upper('ёж') as upper,
              to_tsvector('russian', '«Привет», мир — это ТЕСТЫ…')::text as words`,
    );
    expect(row).toEqual({
      fsync: 'on',
      addresses: '',
      superuser: false,
      upper: 'ЁЖ',
      words: "'мир':2 'привет':1 'тест':4 'эт':3",
    });
  });

  it('lets the application make tables and the extensions for search', async () => {
    const server = await start();
    await query(server, 'create extension pg_trgm; create extension unaccent; create table t (id int)');
  });

  it('keeps nothing of our environment and lets nobody else into its directory', async () => {
    dataDir = join(root, 'empty');
    process.env.TEST_SECRET = 'do-not-tell';
    const server = await start();
    delete process.env.TEST_SECRET;
    const environment = await readFile(`/proc/${await readServerPid(dataDir)}/environ`, 'utf8');
    expect(environment).not.toContain('do-not-tell');
    expect((await stat(server.connection.host)).mode & 0o077).toBe(0);
    expect((await stat(dataDir)).mode & 0o007).toBe(0);
  });

  it('keeps its data from one start to the next and leaves nothing behind', async () => {
    const first = await start();
    await query(first, `create table kept as select 'да' as word`);
    await Promise.all([first.close(), first.close()]);
    await first.close();
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('.s.PGSQL.5432');
    expect(await listProcessesBelow(root)).toEqual([]);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second, 'select * from kept')).toEqual([{ word: 'да' }]);
  });

  it('closes although a client is in the middle of a statement', async () => {
    const server = await start();
    const sleeping = query(server, 'select pg_sleep(60)').catch((error: unknown) => error);
    await waitUntil(
      async () =>
        (await query(server, `select from pg_stat_activity where wait_event = 'PgSleep'`)).length > 0,
    );
    await server.close();
    expect(await sleeping).toBeInstanceOf(Error);
  });

  it('outlives a process that was killed with its group, and is adopted with its data', async () => {
    const holder = startHolder(dataDir, 'postgres');
    expect(await holder.nextReport()).toEqual({ state: 'held', adopted: false });
    const pid = await readServerPid(dataDir);
    await holder.killGroup();
    const heir = startHolder(dataDir, 'postgres');
    expect(await heir.nextReport()).toEqual({ state: 'held', adopted: true });
    expect(await readServerPid(dataDir)).toBe(pid);
    await heir.killGroup();
    const server = await start();
    expect(server.adopted).toBe(true);
    await query(server, 'create table kept as select 1 as one');
    await server.close();
    expect(await listProcessesBelow(root)).toEqual([]);
    expect(await query(await start(), 'select * from kept')).toEqual([{ one: 1 }]);
  });

  it('refuses a second process while the first holds the directory', async () => {
    const holder = startHolder(dataDir, 'postgres');
    await holder.nextReport();
    const second = startHolder(dataDir, 'postgres');
    const { state, message } = await second.nextReport();
    expect(state).toBe('failed');
    expect(message).toContain(String(holder.pid));
    expect(message).toContain(dataDir);
    await Promise.all([second.finish(), holder.finish()]);
  });

  it('starts anew when the server that was left running does not answer', async () => {
    const holder = startHolder(dataDir, 'postgres');
    await holder.nextReport();
    await holder.killGroup();
    const pid = await readServerPid(dataDir);
    process.kill(pid, 'SIGSTOP');
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(await readServerPid(dataDir)).not.toBe(pid);
  });

  it('starts past the pid file of a dead server whose pid another program has', async () => {
    const first = await start();
    await query(first, 'create table kept as select 1 as one');
    const pidFile = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8');
    await first.close();
    const { uid, gid } = await stat(join(dataDir, 'postgres'));
    // Under the server's own user, where PostgreSQL itself could not tell the two apart.
    const bystander = await startBystander(isRoot ? { uid, gid } : {});
    await writeFile(join(dataDir, 'postgres/postmaster.pid'), pidFile.replace(/^\d+/, String(bystander.pid)));
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second, 'select * from kept')).toEqual([{ one: 1 }]);
    expect(bystander.exitCode).toBeNull();
    bystander.kill();
  });

  it('tells when the server dies, and starts again on what it left', async () => {
    const { promise, resolve } = Promise.withResolvers<PostmasterExit>();
    const first = await start({ onExit: resolve });
    await query(first, 'create table kept as select 1 as one');
    process.kill(await readServerPid(dataDir), 'SIGKILL');
    expect(await promise).toEqual({ code: null, signal: 'SIGKILL' });
    await first.close();
    expect(await query(await start(), 'select * from kept')).toEqual([{ one: 1 }]);
  });

  it('tells when an adopted server dies, but not when it is closed', async () => {
    const holder = startHolder(dataDir, 'postgres');
    await holder.nextReport();
    await holder.killGroup();
    const { promise, resolve } = Promise.withResolvers<PostmasterExit>();
    const adopted = await start({ onExit: resolve });
    expect(adopted.adopted).toBe(true);
    process.kill(await readServerPid(dataDir), 'SIGKILL');
    expect(await promise).toEqual({ code: null, signal: null });
    let exits = 0;
    const next = await start({ onExit: () => (exits += 1) });
    await next.close();
    expect(exits).toBe(0);
  });

  it('takes a path that is too long for a socket', async () => {
    dataDir = join(root, 'очень длинный путь', 'x'.repeat(60), "it's");
    const server = await start();
    expect(server.connection.host.startsWith(dataDir)).toBe(false);
    expect((await stat(server.connection.host)).mode & 0o077).toBe(0);
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.close();
    await expect(stat(server.connection.host)).rejects.toThrow('ENOENT');
  });

  it.skipIf(!isRoot)('refuses a runtime directory that somebody else made', async () => {
    dataDir = join(root, 'x'.repeat(100));
    const runtimeRoot = await makeTemporaryDir();
    const first = await start({ runtimeRoot });
    const outer = join(first.connection.host, '..');
    await first.close();
    await mkdir(outer);
    await chown(outer, 12345, 12345);
    await expect(start({ runtimeRoot })).rejects.toThrow(/belongs to user 12345/);
    await rm(runtimeRoot, { recursive: true });
  });

  it.skipIf(!isRoot)('works below a closed folder of root, binaries and data alike', async () => {
    const closedDir = await makeTemporaryDir(homedir());
    try {
      expect((await stat(closedDir)).mode & 0o077).toBe(0);
      const { nativeDir } = await locateBinaries();
      // As an install without scripts leaves it: no symbolic links.
      await cp(nativeDir, join(closedDir, 'a b/native'), {
        recursive: true,
        filter: (path) => !/\/lib[a-z]+\.so(\.\d+)?$/.test(path) || !/icu|libpq|ecpg|pgtypes/.test(path),
      });
      const options = { dataDir: join(closedDir, 'data'), nativeDir: join(closedDir, 'a b/native') };
      const first = await start(options);
      await query(first, 'create table kept as select 1 as one');
      const pid = await readServerPid(options.dataDir);
      expect(await readFile(`/proc/${pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0/m);
      await first.close();
      const second = await start(options);
      expect(await query(second, 'select * from kept')).toEqual([{ one: 1 }]);
      await second.close();
      expect(await listProcessesBelow(closedDir)).toEqual([]);
    } finally {
      await rm(closedDir, { recursive: true });
    }
  });

  it('leaves no half database when it is killed while making one', async () => {
    dataDir = join(root, 'empty');
    const holder = startHolder(dataDir, 'postgres');
    const findDraft = async () =>
      (await readdir(dataDir).catch((): string[] => [])).find((name) => name.startsWith('postgres.init-'));
    await waitUntil(async () => {
      const draft = await findDraft();
      return (
        draft !== undefined &&
        (await readdir(join(dataDir, draft)).catch((): string[] => [])).includes('PG_VERSION')
      );
    });
    await holder.killGroup();
    expect(await readdir(dataDir)).not.toContain('postgres');
    const server = await start();
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    // The initdb of the dead process may have written on for a moment: it is the next start that finds it gone.
    await waitUntil(async () => (await listProcessesBelow(join(dataDir, 'postgres.init-'))).length === 0);
    await server.close();
    await start();
    expect(await findDraft()).toBeUndefined();
  });

  it('says what to do about the data of another major version', async () => {
    await (await start()).close();
    await writeFile(join(dataDir, 'postgres/PG_VERSION'), '15\n');
    await expect(start()).rejects.toThrow(/PostgreSQL 15.*PostgreSQL 18.*DATABASE_URL/s);
  });

  it('does not touch a folder of files that are no database', async () => {
    dataDir = join(root, 'empty');
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres/diary.txt'), 'dear diary');
    await expect(start()).rejects.toThrow(/no PostgreSQL database/);
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['diary.txt']);
  });

  it('says what the server said when it cannot start', async () => {
    await (await start()).close();
    await writeFile(join(dataDir, 'postgres/pg_hba.conf'), 'nonsense\n');
    await expect(start()).rejects.toThrow(/postgres\.log.*pg_hba\.conf/s);
  });

  it('sets a long log aside', async () => {
    await (await start()).close();
    await writeFile(join(dataDir, 'postgres.log'), 'x'.repeat(6 * 1024 * 1024));
    await (await start()).close();
    expect((await stat(join(dataDir, 'postgres.log'))).size).toBeLessThan(100_000);
    expect((await stat(join(dataDir, 'postgres.log.1'))).size).toBe(6 * 1024 * 1024);
  });

  it('never writes what people said into the log', async () => {
    const server = await start();
    await query(server, `create table t (word text unique); insert into t values ('тайна')`);
    await query(server, `insert into t values ('тайна')`).catch(() => {});
    await query(server, `select 'тайна'::int`).catch(() => {});
    await server.close();
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).not.toContain('тайна');
  });
});
