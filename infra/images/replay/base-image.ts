import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../setup/cache.mjs';
import type { Context } from '../../setup/context.mjs';
import { explaining } from '../../setup/errors.mjs';
import { withLock } from '../../setup/lock.mjs';
import { readSuites, type Suite } from './machine.ts';
import { installNode } from './node-layer.ts';

/** What the official images set, as far as it matters to what is built on them. */
export const BASE_ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** What the slim images of Debian leave out, now and whenever something is installed. */
const SLIM = ['doc', 'man', 'locale', 'groff', 'info', 'lintian', 'linda'].map(
  (name) => `/usr/share/${name}`,
);

/** Another number makes what earlier versions of this recipe made count no more. */
const RECIPE = 2;

/** Debian, with or without Node. */
export interface BaseImage {
  release: string;
  nodeMajor?: string;
}

/**
 * Reads `debian:bookworm-slim` and `node:24-bookworm-slim`.
 * @throws Error for images that there is no stand-in for
 */
export const parseBaseImage = (image: string): BaseImage => {
  const [, debian] = /^debian:([a-z]+)-slim$/.exec(image) ?? [];
  if (debian) return { release: debian };
  const [, nodeMajor, release] = /^node:(\d+)(?:\.[\d.]+)?-([a-z]+)-slim$/.exec(image) ?? [];
  if (nodeMajor && release) return { release, nodeMajor };
  throw new Error(
    `FROM ${image}: there are stand-ins for debian:RELEASE-slim and node:VERSION-RELEASE-slim alone`,
  );
};

/**
 * Layers that hold what the image of that name does: a minimal Debian, and Node and npm from the npm registry. They are
 * kept in the user's cache, since nothing of the project is in them.
 */
export const prepareBase = async (
  ctx: Context,
  image: string,
  { fresh }: { fresh: boolean },
): Promise<{ layers: string[]; note: string }> => {
  const base = parseBaseImage(image);
  const suites = await readSuites(ctx, base.release);
  const debian = await keep(
    ctx,
    { name: 'debian', values: [base.release, JSON.stringify(suites)], fresh },
    (folder) => makeDebian(ctx, { release: base.release, suites, folder }),
  );
  const { nodeMajor } = base;
  if (nodeMajor === undefined) return { layers: [debian], note: versionsIn([debian]) };
  const node = await keep(ctx, { name: 'node', values: [debian, nodeMajor], fresh }, (folder) =>
    installNode(ctx, { nodeMajor, debian, folder }),
  );
  return { layers: [debian, node], note: versionsIn([debian, node]) };
};

interface Kept {
  name: string;
  /** What decides how it comes out. */
  values: string[];
  fresh: boolean;
}

/** Made once, for all replays of this user; the rename is what makes it exist. */
const keep = async (
  ctx: Context,
  { name, values, fresh }: Kept,
  make: (folder: string) => Promise<void>,
): Promise<string> => {
  const key = digestOf({ values: [String(RECIPE), process.arch, ...values] }).slice(0, 12);
  const folder = join(ctx.userCache, `image-${name}-${key}`);
  await withLock({ file: `${folder}.lock`, assertRunning: ctx.assertRunning }, async () => {
    if (fresh) rmSync(folder, { recursive: true, force: true });
    if (existsSync(folder)) return;
    rmSync(`${folder}.making`, { recursive: true, force: true });
    mkdirSync(`${folder}.making`, { recursive: true });
    await make(`${folder}.making`);
    renameSync(`${folder}.making`, folder);
  });
  return folder;
};

const makeDebian = async (
  ctx: Context,
  { release, suites, folder }: { release: string; suites: Suite[]; folder: string },
): Promise<void> => {
  const logPath = ctx.logPath('image');
  const mirror = suites.find(({ suite }) => suite === release)?.uri ?? '';
  const debootstrap = ['--variant=minbase', release, folder, mirror];
  await explaining(() => ctx.processes.run('debootstrap', debootstrap, { env: ctx.env, logPath }), {
    meaning: 'Without a Debian root there is nothing to build the image in.',
    todo: 'see the lines above; it needs root, and a file system that may hold devices',
  });
  writeSettings(folder, suites);
  for (const name of ['resolv.conf', 'hosts', 'hostname']) writeFileSync(join(folder, 'etc', name), '');
  await ctx.processes.run('chroot', [folder, 'apt-get', 'clean'], { env: { ...BASE_ENV }, logPath });
  for (const path of [...SLIM, '/var/lib/apt/lists', '/var/cache/apt', '/var/log/bootstrap.log'])
    rmSync(join(folder, path), { recursive: true, force: true });
  for (const path of ['/var/lib/apt/lists/partial', '/var/cache/apt/archives/partial', '/usr/share/doc'])
    mkdirSync(join(folder, path), { recursive: true });
};

/** The machine's repositories, and what keeps the official images of Debian slim. */
const writeSettings = (folder: string, suites: Suite[]): void => {
  const list = suites.map(({ uri, suite, components }) => `deb ${uri} ${suite} ${components.join(' ')}\n`);
  writeFileSync(join(folder, 'etc/apt/sources.list'), list.join(''));
  const archives = '/var/cache/apt/archives';
  const clean = `rm -f ${archives}/*.deb ${archives}/partial/*.deb /var/cache/apt/*.bin || true`;
  const apt = [
    `DPkg::Post-Invoke { "${clean}"; };`,
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
    'Acquire::Languages "none";',
    'Acquire::GzipIndexes "true";',
  ];
  writeFileSync(join(folder, 'etc/apt/apt.conf.d/docker-clean'), `${apt.join('\n')}\n`);
  const dpkg = SLIM.map((path) => `path-exclude ${path}/*\n`).join('');
  writeFileSync(join(folder, 'etc/dpkg/dpkg.cfg.d/docker'), dpkg);
};

/** Which versions the layers have, for people. */
const versionsIn = ([debian = '', node]: string[]): string => {
  const version = (file: string) => String(JSON.parse(readFileSync(join(node ?? '', file), 'utf8')).version);
  const release = `Debian ${readFileSync(join(debian, 'etc/debian_version'), 'utf8').trim()}`;
  if (node === undefined) return release;
  return `${release}, Node ${version('usr/local/share/node.json')}, npm ${version('usr/local/lib/node_modules/npm/package.json')}`;
};
