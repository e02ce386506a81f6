import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeLeftGuards, withServicesHeld } from './service-guard.mjs';

let folder: string;
let guards: { policyRcD: string; clusterDropIn: string; lockFile: string };
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'setup-guard-'));
  guards = {
    policyRcD: path.join(folder, 'sbin', 'policy-rc.d'),
    clusterDropIn: path.join(folder, 'postgresql-common', 'createcluster.d', 'ours.conf'),
    lockFile: path.join(folder, 'lock'),
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

test('services are refused while packages are installed, and nothing stays behind', async () => {
  const result = await withServicesHeld(guards, async () => {
    expect(() => execFileSync(guards.policyRcD, ['redis-server', 'start'])).toThrow(
      expect.objectContaining({ status: 101 }),
    );
    expect(readFileSync(guards.clusterDropIn, 'utf8')).toContain('create_main_cluster = false');
    return 'installed';
  });
  expect(result).toBe('installed');
  expect(existsSync(guards.policyRcD)).toBe(false);
  expect(existsSync(path.dirname(guards.clusterDropIn))).toBe(false);
});

test('a failing installation takes its guards back too', async () => {
  const failing = withServicesHeld(guards, () => Promise.reject(new Error('dpkg')));
  await expect(failing).rejects.toThrow('dpkg');
  expect(existsSync(guards.policyRcD)).toBe(false);
});

test("a policy of the machine's own is left as it is", async () => {
  await withServicesHeld(guards, async () => {});
  execFileSync('mkdir', ['-p', path.dirname(guards.policyRcD)]);
  writeFileSync(guards.policyRcD, '#!/bin/sh\nexit 0\n');
  await withServicesHeld(guards, async () => {
    expect(readFileSync(guards.policyRcD, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });
  expect(readFileSync(guards.policyRcD, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
});

/** A set-up of its own that holds the services and then does as told. */
function holdElsewhere(then: string): ReturnType<typeof spawn> {
  const guard = new URL('service-guard.mjs', import.meta.url).href;
  const script = `import { withServicesHeld } from '${guard}';
    await withServicesHeld(${JSON.stringify(guards)}, async () => { ${then} });`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const UNTIL_KILLED = 'console.log("held"); await new Promise((resolve) => setTimeout(resolve, 60_000));';

test('a process that exits in the middle takes its guards back', async () => {
  await once(holdElsewhere('process.exit(3)'), 'exit');
  expect(existsSync(guards.policyRcD)).toBe(false);
});

test('the guards of a killed set-up are taken back by the next, and those of a running one are not', async () => {
  const killed = holdElsewhere(UNTIL_KILLED);
  await once(killed.stdout!, 'data');
  expect(await removeLeftGuards(guards)).toEqual([]);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(await removeLeftGuards(guards)).toEqual([guards.policyRcD, guards.clusterDropIn]);
  expect(existsSync(guards.policyRcD)).toBe(false);

  const again = holdElsewhere(UNTIL_KILLED);
  await once(again.stdout!, 'data');
  again.kill('SIGKILL');
  await once(again, 'exit');
  await withServicesHeld(guards, async () => {});
  expect(existsSync(guards.policyRcD)).toBe(false);
});

test('a guard that names nobody, as an earlier version wrote it, is taken back', async () => {
  await withServicesHeld(guards, async () => {
    const text = readFileSync(guards.policyRcD, 'utf8');
    writeFileSync(guards.policyRcD, text.replace(/ \(process.*/, ''));
  });
  expect(await removeLeftGuards(guards)).toEqual([guards.policyRcD]);
});

test('two installations take turns, and the first does not undo the guards of the second', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const first = withServicesHeld(guards, () => released);
  const second = withServicesHeld(guards, async () => existsSync(guards.policyRcD), {
    onWait: () => release(),
  });
  expect(await second).toBe(true);
  await first;
  expect(existsSync(guards.policyRcD)).toBe(false);
});
