import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatDebSrc, narrowTo, originsOf, parseListFile, parseSourcesFile } from '../deb-src.mjs';

const SOURCES_FOLDER = '/etc/apt';

/**
 * Fetches and unpacks the distribution's source package of libsrtp 2. Where its sources come from is derived from the
 * machine's own repositories, with their keys, into a configuration of its own: the machine's stays as it is.
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {string} folder
 * @returns {Promise<string>} the unpacked source
 */
export async function fetchLibsrtpSource(ctx, folder) {
  const lists = path.join(folder, 'lists');
  mkdirSync(path.join(lists, 'partial'), { recursive: true });
  const sources = path.join(folder, 'deb-src.sources');
  const env = { ...ctx.env, LC_ALL: 'C' };
  const { stdout } = await ctx.processes.capture('apt-cache', ['policy', 'libsrtp2-dev'], { env });
  writeFileSync(sources, formatDebSrc(narrowTo(readRepositories(SOURCES_FOLDER), originsOf(stdout))));
  const configuration = {
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': lists,
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    // The folder is ours alone, and apt's own user could not write to it.
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(configuration).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const run = { cwd: folder, env, logPath: ctx.logPath('worker') };
  await ctx.processes.run('apt-get', [...options, '-q', 'update'], run);
  await ctx.processes.run('apt-get', [...options, '-q', 'source', 'libsrtp2'], run);
  const unpacked = readdirSync(folder, { withFileTypes: true }).find(
    (entry) => entry.isDirectory() && entry.name.startsWith('libsrtp2-'),
  );
  if (!unpacked) throw new Error('apt-get source left no libsrtp2 folder');
  return path.join(folder, unpacked.name);
}

/**
 * @param {string} folder
 * @returns {import('../deb-src.mjs').Repository[]}
 */
function readRepositories(folder) {
  const parts = path.join(folder, 'sources.list.d');
  const files = [path.join(folder, 'sources.list'), ...namesIn(parts).map((name) => path.join(parts, name))];
  return files.flatMap((file) => {
    const text = textOf(file);
    if (file.endsWith('.sources')) return parseSourcesFile(text);
    return file.endsWith('.list') ? parseListFile(text) : [];
  });
}

/** @param {string} folder */
function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string} file */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
