import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Processes } from './processes.mjs';
import { withUnitsDisabled } from './units.mjs';

let folder: string;
let processes: Processes;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'setup-units-'));
  processes = new Processes();
  env = { PATH: `${folder}:/usr/bin:/bin` };
  // A machine on which somebody's PostgreSQL runs already.
  const systemctl = path.join(folder, 'systemctl');
  writeFileSync(
    systemctl,
    `#!/bin/sh
case "$*" in
  'is-enabled postgresql.service') echo enabled ;;
  is-enabled*) echo "Failed to get unit file state for $2: No such file or directory" >&2; exit 1 ;;
  *) echo "$*" >> '${folder}/log' ;;
esac
`,
  );
  chmodSync(systemctl, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const PACKAGES = ['chromium', 'coturn', 'redis-server', 'postgresql-15'];
const DISABLED = 'disable --quiet coturn.service\ndisable --quiet redis-server.service\n';
const log = (): string => readFileSync(path.join(folder, 'log'), 'utf8');

test('units that came with the packages are disabled, and those that were there are not touched', async () => {
  expect(await withUnitsDisabled({ processes, env }, PACKAGES, async () => 'installed')).toBe('installed');
  expect(log()).toBe(DISABLED);
});

test('units are disabled after an installation that failed', async () => {
  const failing = withUnitsDisabled({ processes, env }, PACKAGES, () => Promise.reject(new Error('dpkg')));
  await expect(failing).rejects.toThrow('dpkg');
  expect(log()).toBe(DISABLED);
});

test('units are disabled after an installation that a signal stopped', async () => {
  const stopped = withUnitsDisabled({ processes, env }, PACKAGES, async () => {
    processes.stop('SIGINT');
    await processes.capture('true', []);
  });
  await expect(stopped).rejects.toThrow('stopped by SIGINT');
  expect(log()).toBe(DISABLED);
});

test('a machine without systemd needs nothing of this', async () => {
  rmSync(path.join(folder, 'systemctl'));
  const without = { processes, env: { PATH: folder } };
  expect(await withUnitsDisabled(without, PACKAGES, async () => 'installed')).toBe('installed');
});
