import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Context } from '../../setup/context.mjs';
import type { BuildContext } from './context-files.ts';
import type { Move, Source } from './copy-plan.ts';

/** The root of another stage, to copy from. */
export const readRoot = (root: string): Source => ({
  kindOf: (path) => {
    const found = lstatSync(join(root, path), { throwIfNoEntry: false });
    return found && (found.isDirectory() ? 'folder' : 'file');
  },
  list: (path) => readdirSync(join(root, path)),
});

/** Copies out of the context: mode and content as they are, owned by root. */
export const copyFromContext = (context: BuildContext, moves: Move[], root: string): void => {
  for (const { kind, from, to } of moves) {
    if (kind === 'file') copyOne(join(context.root, from), root, to);
    else
      for (const path of filesIn(context, from))
        copyOne(join(context.root, path), root, posix.join(to, posix.relative(from, path)));
  }
};

const filesIn = (context: BuildContext, folder: string): string[] =>
  context.list(folder).flatMap((name) => {
    const path = posix.join(folder, name);
    return context.kindOf(path) === 'folder' ? filesIn(context, path) : [path];
  });

const copyOne = (source: string, root: string, target: string): void => {
  assertNoLinks(root, target);
  const destination = join(root, target);
  mkdirSync(dirname(destination), { recursive: true });
  rmSync(destination, { force: true });
  const found = lstatSync(source);
  if (found.isSymbolicLink()) return symlinkSync(readlinkSync(source), destination);
  copyFileSync(source, destination);
  chmodSync(destination, found.mode & 0o7777);
};

/** Copies between roots with all that a file has: owner, mode, times, links. */
export const copyFromRoot = async (
  ctx: Context,
  moves: Move[],
  { from, to }: { from: string; to: string },
): Promise<void> => {
  for (const move of moves) {
    assertNoLinks(to, move.to);
    mkdirSync(dirname(join(to, move.to)), { recursive: true });
    const args = ['--archive', '--no-target-directory', join(from, move.from), join(to, move.to)];
    await ctx.processes.run('cp', args, { env: ctx.env, logPath: ctx.logPath('image') });
  }
};

/** A link in a root is meant for those inside: followed from outside, it would lead to this machine's files. */
const assertNoLinks = (root: string, target: string): void => {
  let path = root;
  for (const segment of posix.dirname(target).split('/').filter(Boolean)) {
    path = join(path, segment);
    if (!existsSync(path) && !lstatSync(path, { throwIfNoEntry: false })) return;
    if (lstatSync(path).isSymbolicLink())
      throw new Error(`COPY to ${target}: ${path} is a link, name its target`);
  }
};
