import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../setup/context.mjs';
import { NPM_FLAGS } from '../../setup/npm-flags.mjs';

/** What comes with a Node; the latest otherwise. */
const NPM_MAJOR: Record<string, string> = { 20: '10', 22: '10', 24: '11' };

/** What the image of Node adds to Debian: `node`, `npm` and `npx`, and the user `node`. */
export const installNode = async (
  ctx: Context,
  { nodeMajor, debian, folder }: { nodeMajor: string; debian: string; folder: string },
): Promise<void> => {
  const local = join(folder, 'usr/local');
  for (const path of ['bin', 'share', 'lib/node_modules']) mkdirSync(join(local, path), { recursive: true });
  const modules = await fetchNode(ctx, nodeMajor, join(folder, 'scratch'));
  cpSync(join(modules, 'node/bin/node'), join(local, 'bin/node'), { dereference: true });
  chmodSync(join(local, 'bin/node'), 0o755);
  cpSync(join(modules, 'node/package.json'), join(local, 'share/node.json'));
  cpSync(join(modules, 'npm'), join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  rmSync(join(folder, 'scratch'), { recursive: true });
  await addUser(ctx, debian, folder);
};

const fetchNode = async (ctx: Context, nodeMajor: string, scratch: string): Promise<string> => {
  mkdirSync(scratch);
  writeFileSync(join(scratch, 'package.json'), '{ "private": true }\n');
  const wanted = [`node@${nodeMajor}`, `npm@${NPM_MAJOR[nodeMajor] ?? 'latest'}`];
  const options = { cwd: scratch, env: ctx.env, logPath: ctx.logPath('image') };
  await ctx.processes.run('npm', ['install', '--prefix', scratch, ...NPM_FLAGS, ...wanted], options);
  const node = join(scratch, 'node_modules/node');
  // npm may have been told to run no install scripts: this is the one that puts the binary in place.
  if (!existsSync(join(node, 'bin/node')))
    await ctx.processes.run(process.execPath, ['installArchSpecificPackage.js'], { ...options, cwd: node });
  return join(scratch, 'node_modules');
};

/** The official image gives its user these numbers too. The accounts of Debian are copied up, as in a layer. */
const addUser = async (ctx: Context, debian: string, folder: string): Promise<void> => {
  for (const name of ['passwd', 'group', 'shadow', 'gshadow'])
    cpSync(join(debian, 'etc', name), join(folder, 'etc', name), { preserveTimestamps: true });
  const options = { env: ctx.env, logPath: ctx.logPath('image') };
  const id = ['--prefix', folder, '--gid'];
  await ctx.processes.run('groupadd', [...id, '1000', 'node'], options);
  const user = ['--uid', '1000', '--shell', '/bin/bash', '--create-home', 'node'];
  await ctx.processes.run('useradd', [...id, '1000', ...user], options);
};
