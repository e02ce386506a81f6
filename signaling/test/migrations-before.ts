import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrations } from './database.ts';

export interface MigrationsFolder {
  url: URL;
  remove(): Promise<void>;
}

/** Those whose names come before this one: what a database had run until then. */
export const migrationsBefore = async (first: string): Promise<MigrationsFolder> => {
  const folder = await mkdtemp(join(tmpdir(), 'boltorezka-migrations-'));
  const before = (await readdir(migrations)).filter((name) => name < first);
  await Promise.all(before.map((name) => cp(new URL(name, migrations), join(folder, name))));
  return {
    url: pathToFileURL(`${folder}/`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
