import { cpSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Source } from './copy-plan.ts';
import { type Ignoring, parseDockerignore } from './dockerignore.ts';

/** What a builder is sent of a folder: all that the .dockerignore does not keep from it. */
export interface BuildContext extends Source {
  root: string;
  files: ReadonlySet<string>;
  byteCount: number;
}

/** Lists a context. Links are files here: they are copied as they are. */
export const readContext = (root: string): BuildContext => {
  const isIgnored = parseDockerignore(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const folders = new Map<string, string[]>([['', []]]);
  const files = new Set<string>();
  let byteCount = 0;
  for (const path of filesBelow(root, '', isIgnored)) {
    files.add(path);
    byteCount += lstatSync(join(root, path)).size;
    enter(folders, path);
  }
  return {
    root,
    files,
    byteCount,
    kindOf: (path) => (files.has(path) ? 'file' : folders.has(path) ? 'folder' : undefined),
    list: (path) => folders.get(path) ?? [],
  };
};

/** The context as it is now: what is edited while an image is built does not get into it. */
export const snapshotContext = (context: BuildContext, folder: string): BuildContext => {
  for (const path of context.files)
    cpSync(join(context.root, path), join(folder, path), {
      verbatimSymlinks: true,
      preserveTimestamps: true,
    });
  return { ...context, root: folder };
};

/** Notes a file with the folders above it. */
const enter = (folders: Map<string, string[]>, path: string): void => {
  const parent = posix.dirname(path) === '.' ? '' : posix.dirname(path);
  if (!folders.has(parent)) {
    folders.set(parent, []);
    enter(folders, parent);
  }
  folders.get(parent)?.push(posix.basename(path));
};

const filesBelow = (root: string, folder: string, ignore: Ignoring): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (!entry.isDirectory()) return ignore.isIgnored(path) ? [] : [path];
    return ignore.isIgnored(path) && !ignore.mayHoldException(path) ? [] : filesBelow(root, path, ignore);
  });
