import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

interface Output {
  fileName: string;
  name?: string | undefined;
  names?: string[];
  isEntry?: boolean;
  /** Files that this one cannot run without. */
  imports?: string[];
}
type Bundle = Record<string, Output>;

const source = new URL('boot.js', import.meta.url);

const isShell = (name: string | undefined): boolean => /^shell(\.css)?$/.test(name ?? '');

/** The lazy chunk that draws rooms, its styles, and what it would only ask for once it is there. */
const roomFiles = (bundle: Bundle): string[] => {
  const outputs = Object.values(bundle);
  const own = outputs.filter(
    ({ fileName, name, names }) => /\.(js|css)$/.test(fileName) && [name, ...(names ?? [])].some(isShell),
  );
  const imported = new Set(own.flatMap(({ imports = [] }) => imports));
  const known = new Set(
    outputs.filter(({ isEntry }) => isEntry).flatMap(({ fileName, imports = [] }) => [fileName, ...imports]),
  );
  const more = outputs.filter(({ fileName }) => imported.has(fileName) && !known.has(fileName));
  return [...own, ...more].map(({ fileName }) => `/${fileName}`);
};

/** Puts `boot.js` inline into the built page: a file of its own would hold up the first paint for a round trip. */
export const bootScript = (): Plugin => ({
  name: 'boot-script',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle }) => {
      const boot = readFileSync(source, 'utf8')
        .replace(/^\s*\/\/.*\n/gm, '')
        .replace('ROOM_FILES', JSON.stringify(roomFiles((bundle ?? {}) as Bundle)));
      return [{ tag: 'script', injectTo: 'head-prepend', children: boot }];
    },
  },
});
