import { patternSource } from './glob.ts';

/** What a builder is not given. Paths are from the root of the context. */
export interface Ignoring {
  isIgnored: (path: string) => boolean;
  /** Whether an ignored folder may hold something that an exception lets in. */
  mayHoldException: (folder: string) => boolean;
}

/** Reads a .dockerignore: the last pattern that fits a path, or a folder above it, decides. */
export const parseDockerignore = (text: string): Ignoring => {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isException = line.startsWith('!');
      const pattern = (isException ? line.slice(1) : line).trim().replace(/^\/+|\/+$/g, '');
      return { isException, pattern, regExp: new RegExp(`^${patternSource(pattern)}(/|$)`) };
    });
  return {
    isIgnored: (path) => patterns.findLast(({ regExp }) => regExp.test(path))?.isException === false,
    mayHoldException: (folder) =>
      patterns.some(({ isException, pattern }) => isException && reaches(pattern, folder)),
  };
};

/** Whether a pattern can fit something below a folder, as far as its plain beginning tells. */
const reaches = (pattern: string, folder: string): boolean => {
  const plain = pattern.split(/[*?[]/)[0] ?? '';
  return plain === pattern
    ? pattern.startsWith(`${folder}/`)
    : `${folder}/`.startsWith(plain) || plain.startsWith(`${folder}/`);
};
