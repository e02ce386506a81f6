import { posix } from 'node:path';
import { isPattern, patternSource } from './glob.ts';

/** What a COPY takes from: the context, or the root of another stage. Paths have no slash in front. */
export interface Source {
  /** What is there; undefined: nothing. */
  kindOf: (path: string) => 'file' | 'folder' | undefined;
  /** The names in a folder. */
  list: (path: string) => string[];
}

/** One thing to copy: a file to a file, or the contents of a folder into a folder. */
export interface Move {
  kind: 'file' | 'folder';
  from: string;
  /** From the root of the image, with a slash in front. */
  to: string;
}

export interface CopyRequest {
  sources: readonly string[];
  destination: string;
  workdir: string;
}

/**
 * What a COPY does, by Docker's rules: the contents of a folder are copied and not the folder; several sources, and a
 * destination with a slash at its end or that is a folder, make the destination a folder.
 * @param isFolderThere whether the image has a folder at that path
 * @throws Error where a source does not exist, or several would become one file
 */
export const planCopy = (
  { sources, destination, workdir }: CopyRequest,
  source: Source,
  isFolderThere: (path: string) => boolean,
): Move[] => {
  const found = sources.flatMap((pattern) => {
    const paths = resolvePattern(normalised(pattern), source);
    if (paths.length === 0) throw new Error(`COPY: there is no ${pattern}`);
    return paths;
  });
  const to = posix.resolve('/', workdir, destination);
  const endsAsFolder = /(^|\/)\.{0,2}$/.test(destination);
  const isSeveral = found.length > 1 || sources.length > 1;
  if (isSeveral && !endsAsFolder)
    throw new Error(`COPY: ${destination} has to end with a slash to take several`);
  const intoFolder = endsAsFolder || isFolderThere(to);
  return found.map((from) => {
    if (source.kindOf(from) === 'folder') return { kind: 'folder', from, to };
    return { kind: 'file', from, to: intoFolder ? posix.join(to, posix.basename(from)) : to };
  });
};

/** Nothing above the root can be named. */
const normalised = (path: string): string => posix.resolve('/', path).slice(1);

const resolvePattern = (pattern: string, source: Source): string[] => {
  if (!isPattern(pattern)) return source.kindOf(pattern) === undefined ? [] : [pattern];
  let found = [''];
  for (const segment of pattern.split('/')) {
    const regExp = new RegExp(`^${patternSource(segment)}$`);
    found = found.flatMap((folder) =>
      source
        .list(folder)
        .filter((name) => regExp.test(name))
        .map((name) => posix.join(folder, name)),
    );
  }
  return found.sort();
};
