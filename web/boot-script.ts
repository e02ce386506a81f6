import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

type Bundle = Record<string, { fileName: string; name?: string | undefined; names?: string[] }>;

const source = new URL('boot.js', import.meta.url);

const isShell = (name: string | undefined): boolean => /^shell(\.css)?$/.test(name ?? '');

/** The lazy chunk that draws rooms, and its styles. */
const roomFiles = (bundle: Bundle): string[] =>
  Object.values(bundle)
    .filter(
      ({ fileName, name, names }) => /\.(js|css)$/.test(fileName) && [name, ...(names ?? [])].some(isShell),
    )
    .map(({ fileName }) => `/${fileName}`);

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
