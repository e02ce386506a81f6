import { existsSync, readFileSync } from 'node:fs';
import type { Json } from './schema-set.ts';

const folder = new URL('../fixtures/', import.meta.url);

/** A golden frame or body by its name, such as `rest/auth.register.201`; undefined where there is none. */
export const readExample = (name: string): Json | undefined => {
  const file = new URL(`${name}.json`, folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Json) : undefined;
};
