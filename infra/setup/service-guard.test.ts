import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withServicesHeld } from './service-guard.mjs';

let folder: string;
let guards: { policyRcD: string; clusterDropIn: string };
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'setup-guard-'));
  guards = {
    policyRcD: path.join(folder, 'sbin', 'policy-rc.d'),
    clusterDropIn: path.join(folder, 'postgresql-common', 'createcluster.d', 'ours.conf'),
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

test('a process that exits in the middle takes its guards back, and one that was killed leaves them to the next', async () => {
  const hold = (then: string): ReturnType<typeof spawn> => {
    const guard = new URL('service-guard.mjs', import.meta.url).href;
    const script = `import { withServicesHeld } from '${guard}';
      await withServicesHeld(${JSON.stringify(guards)}, async () => { ${then} });`;
    return spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  };
  await once(hold('process.exit(3)'), 'exit');
  expect(existsSync(guards.policyRcD)).toBe(false);

  const killed = hold('console.log("held"); await new Promise((resolve) => setTimeout(resolve, 60_000));');
  await once(killed.stdout!, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(existsSync(guards.policyRcD)).toBe(true);
  await withServicesHeld(guards, async () => {});
  expect(existsSync(guards.policyRcD)).toBe(false);
});
