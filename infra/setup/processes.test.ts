import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CommandError, explaining, InterruptedError, SetupError } from './errors.mjs';
import { Processes } from './processes.mjs';

let folder: string;
let logPath: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'setup-processes-'));
  logPath = path.join(folder, 'logs', 'step.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a failing command is told with its last lines, its log, what it means and what to do', async () => {
  const run = new Processes().run('sh', ['-c', 'echo doing; echo broken >&2; exit 3'], { logPath });
  const error = await explaining(() => run, { meaning: 'It is not there.', todo: 'mend it' }).catch((e) => e);
  expect(error).toBeInstanceOf(SetupError);
  const text = error.lines().join('\n');
  for (const part of ['ended with code 3', logPath, 'broken', 'It is not there.', '→ mend it']) {
    expect(text).toContain(part);
  }
});

test('a log holds all commands of one run, and none of the run before', async () => {
  const first = new Processes();
  await first.run('echo', ['one'], { logPath });
  await first.run('echo', ['two'], { logPath });
  expect(readFileSync(logPath, 'utf8')).toBe('$ echo one\none\n$ echo two\ntwo\n');
  await new Processes().run('echo', ['three'], { logPath });
  expect(readFileSync(logPath, 'utf8')).toBe('$ echo three\nthree\n');
});

test('a command that is not there is a failure like another', async () => {
  const processes = new Processes();
  await expect(processes.run('no-such-command', [], { logPath })).rejects.toBeInstanceOf(CommandError);
  expect((await processes.capture('no-such-command', [])).code).toBeNull();
});

test('a command that takes too long is ended', async () => {
  const { code } = await new Processes().capture('sleep', ['60'], { timeoutMs: 50 });
  expect(code).toBeNull();
});

test('a signal ends the whole tree of a command, and nothing is started after it', async () => {
  const processes = new Processes();
  const pidFile = path.join(folder, 'pid');
  const running = processes.run('sh', ['-c', `sleep 60 & echo $! > ${pidFile}; wait`], { logPath });
  const interrupted = expect(running).rejects.toBeInstanceOf(InterruptedError);
  await vi.waitFor(() => expect(existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toMatch(/\d\n/));
  processes.stop('SIGINT');
  await interrupted;
  const grandchild = Number(readFileSync(pidFile, 'utf8'));
  await vi.waitFor(() => expect(isRunning(grandchild)).toBe(false));
  await expect(processes.run('true', [], { logPath })).rejects.toBeInstanceOf(InterruptedError);
});

test('a gentle command is interrupted and may finish what it must', async () => {
  const processes = new Processes();
  const [started, finished] = [path.join(folder, 'started'), path.join(folder, 'finished')];
  const script = path.join(folder, 'gentle.sh');
  writeFileSync(
    script,
    `trap 'touch ${finished}; exit 0' INT\ntouch ${started}\nwhile :; do sleep 0.05; done\n`,
  );
  const running = processes.run('bash', [script], { logPath, gentle: true });
  const interrupted = expect(running).rejects.toBeInstanceOf(InterruptedError);
  await vi.waitFor(() => expect(existsSync(started)).toBe(true));
  processes.stop('SIGTERM');
  await interrupted;
  expect(existsSync(finished)).toBe(true);
});

/** A zombie counts as ended: whoever inherits it may be slow to collect it. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
