import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secretsCheck } from './checks.mjs';
import { Processes } from './processes.mjs';

let root: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'setup-checks-'));
  env = { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: path.dirname(root) };
  writeFileSync(path.join(root, 'a.ts'), '');
  writeFileSync(path.join(root, 'icon.png'), '');
});
afterEach(() => rmSync(root, { recursive: true }));

const check = () => secretsCheck({ root, env, processes: new Processes() });

test('what git tracks is scanned for secrets, without pictures', async () => {
  execFileSync('git', ['init', '-q'], { cwd: root, env });
  execFileSync('git', ['add', '.'], { cwd: root, env });
  const { args, fault } = await check();
  expect(args.slice(1)).toEqual(['--no-glob', '--no-gitignore', 'a.ts']);
  expect(fault).toBeUndefined();
});

test('a scan of nothing does not pass: outside git, in an empty repository, and without git', async () => {
  expect((await check()).fault).toContain('not a git repository');
  execFileSync('git', ['init', '-q'], { cwd: root, env });
  expect((await check()).fault).toContain('it tracks none');
  env = { PATH: root };
  expect((await check()).fault).toContain('it is not installed');
});
