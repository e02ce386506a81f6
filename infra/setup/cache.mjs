import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.cache']);

/**
 * A digest of named values and files. A file that is not there counts as such, so that its coming changes the digest.
 *
 * @param {{ values?: string[], files?: string[], base?: string }} inputs `base`: the folder that names are relative to,
 *   so that another checkout of the same gives the same digest
 */
export function digestOf({ values = [], files = [], base = '/' }) {
  const hash = createHash('sha256');
  for (const value of values) hash.update(`value ${value.length} ${value}\n`);
  for (const file of files) {
    const content = readIfThere(file);
    const name = path.relative(base, file);
    hash.update(content === null ? `absent ${name}\n` : `file ${name} ${content.length}\n`);
    if (content !== null) hash.update(content);
  }
  return hash.digest('hex');
}

/**
 * The files below a folder, sorted, without what tools put there.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function filesBelow(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesBelow(full);
      return entry.isFile() ? [full] : [];
    });
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/**
 * What each step was last done with, one small file per step.
 *
 * @param {string} folder
 */
export function createStamps(folder) {
  /** @param {string} name */
  const fileOf = (name) => path.join(folder, `${name}.json`);
  return {
    /**
     * @param {string} name
     * @returns {Record<string, unknown> | null}
     */
    read(name) {
      try {
        return JSON.parse(readFileSync(fileOf(name), 'utf8'));
      } catch {
        return null;
      }
    },
    /**
     * @param {string} name
     * @param {Record<string, unknown>} stamp
     */
    write(name, stamp) {
      mkdirSync(folder, { recursive: true });
      const file = fileOf(name);
      // Renamed into place: a half-written stamp would be read as none, but a reader never sees one.
      writeFileSync(`${file}.${process.pid}`, JSON.stringify(stamp));
      renameSync(`${file}.${process.pid}`, file);
    },
    /** @param {string} name */
    remove(name) {
      rmSync(fileOf(name), { force: true });
    },
  };
}

/**
 * The cache that all checkouts of one user share.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function userCacheFolder(env) {
  // The XDG specification has relative paths ignored.
  const base = env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined;
  return path.join(base ?? path.join(env.HOME || os.homedir(), '.cache'), 'boltorezka');
}
