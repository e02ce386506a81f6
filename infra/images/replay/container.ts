import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../../setup/context.mjs';
import type { Image } from './build.ts';
import type { Service } from './compose.ts';
import { type Daemon, type Exit, startDaemon } from './daemon.ts';
import {
  type Confinement,
  confined,
  createMounts,
  type Mounts,
  mountLayers,
  mountSystem,
  privileges,
  resolveUser,
} from './sandbox.ts';

export interface ContainerOptions {
  image: Image;
  /** What the compose file says of it: environment, what may be written, privileges. */
  service: Pick<Service, 'environment' | 'read_only' | 'tmpfs' | 'volumes' | 'cap_drop' | 'security_opt'>;
  /** Holds its root and its volumes; another container with the same folder finds the volumes as they were left. */
  folder: string;
  /** The network namespace, as a path. */
  network: string;
  /** What its /etc/hosts names. */
  hosts: Record<string, string>;
}

export interface Container {
  /** Of its first process, as this side sees it. */
  pid: number;
  root: string;
  output: () => string;
  hasExited: () => boolean;
  exited: Promise<Exit>;
  /** Runs a command in it, as the image's user unless told otherwise. */
  exec: (command: string[], asRoot?: 'as root') => Promise<{ code: number | null; output: string }>;
  /** Ends it the way an engine does, and says how that went. */
  stop: (timeoutMs: number) => Promise<{ code: number | null; tookMs: number }>;
  close: () => Promise<void>;
}

/** Starts what the image says, as an engine would by the compose file. */
export const startContainer = async (ctx: Context, options: ContainerOptions): Promise<Container> => {
  const mounts = createMounts(ctx);
  const root = join(options.folder, 'root');
  await mountRoot({ ctx, mounts, root }, options);
  const { config } = options.image;
  const place: Confinement = {
    root,
    workdir: config.workdir,
    user: resolveUser(root, config.user),
    dropAllCapabilities: options.service.cap_drop?.includes('ALL') ?? false,
    noNewPrivileges: options.service.security_opt?.includes('no-new-privileges:true') ?? false,
  };
  const env = { HOME: place.user.home, HOSTNAME: 'api', ...config.env, ...options.service.environment };
  const command = confined(place, [...config.entrypoint, ...config.cmd]);
  const daemon = startDaemon(['nsenter', `--net=${options.network}`, '--', ...command], env);
  const pid = await firstProcess(daemon);
  return {
    ...daemon,
    pid,
    root,
    exec: (inside, asRoot) =>
      execIn(ctx, { pid, place, env }, { command: inside, asRoot: asRoot !== undefined }),
    stop: async (timeoutMs) => {
      const startedAt = performance.now();
      if (!daemon.hasExited()) process.kill(pid, config.stopSignal);
      const timeout = AbortSignal.timeout(timeoutMs);
      const late = delay(timeoutMs, { code: null }, { signal: timeout }).catch(() => ({ code: null }));
      const { code } = await Promise.race([daemon.exited, late]);
      return { code, tookMs: performance.now() - startedAt };
    },
    close: async () => {
      await daemon.close();
      await mounts.close();
    },
  };
};

const mountRoot = async (
  { ctx, mounts, root }: { ctx: Context; mounts: Mounts; root: string },
  options: ContainerOptions,
): Promise<void> => {
  const { image, service, folder, hosts } = options;
  const own = join(folder, 'own');
  mkdirSync(own, { recursive: true });
  const writable = service.read_only
    ? {}
    : { writable: { upper: join(own, 'upper'), work: join(own, 'work') } };
  await mountLayers(mounts, { layers: image.layers, root, ...writable });
  const names = Object.entries({ localhost: '127.0.0.1', ...hosts });
  writeFileSync(join(own, 'hosts'), names.map(([name, address]) => `${address} ${name}\n`).join(''));
  writeFileSync(join(own, 'resolv.conf'), '');
  await mountSystem(mounts, root, {
    files: { 'etc/hosts': join(own, 'hosts'), 'etc/resolv.conf': join(own, 'resolv.conf') },
  });
  for (const entry of service.tmpfs ?? []) {
    const [path = '', options = 'rw'] = entry.split(':');
    // What engines mount it with; programs cannot be started from there.
    const flags = `nosuid,nodev,noexec,mode=1777,${options}`;
    await mounts.mount(['-t', 'tmpfs', '-o', flags, 'tmpfs', join(root, path)]);
  }
  for (const path of volumesOf(options)) {
    const volume = join(folder, 'volumes', path.replaceAll('/', '_'));
    if (!existsSync(volume)) await copyVolume(ctx, join(root, path), volume);
    await mounts.mount(['--bind', volume, join(root, path)]);
  }
};

/** Where volumes go: those that the service names, and those of the image that it does not. */
const volumesOf = ({ image, service }: ContainerOptions): string[] => [
  ...new Set([...(service.volumes ?? []).map((entry) => entry.split(':')[1] ?? ''), ...image.config.volumes]),
];

/** A new volume begins as the image has that folder, its owner and mode included. */
const copyVolume = async (ctx: Context, from: string, volume: string): Promise<void> => {
  mkdirSync(dirname(volume), { recursive: true });
  const args = ['--archive', '--no-target-directory', from, volume];
  await ctx.processes.run('cp', args, { env: ctx.env, logPath: ctx.logPath('image') });
};

/** The first process in the namespaces: the only child of `unshare`, which `nsenter` became. */
const firstProcess = async ({ pid, hasExited, output }: Daemon): Promise<number> => {
  while (!hasExited()) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    if (/^\d+$/.test(children)) return Number(children);
    await delay(5);
  }
  throw new Error(`the container did not start: ${output()}`);
};

const execIn = async (
  ctx: Context,
  { pid, place, env }: { pid: number; place: Confinement; env: Record<string, string> },
  { command, asRoot }: { command: string[]; asRoot: boolean },
): Promise<{ code: number | null; output: string }> => {
  const namespaces = [
    '--mount',
    '--pid',
    '--net',
    '--ipc',
    '--uts',
    '--root',
    `--wd=${place.root}${place.workdir}`,
  ];
  const user = asRoot ? { uid: 0, gid: 0, home: '/root' } : place.user;
  const args = [
    `--target=${pid}`,
    ...namespaces,
    ...privileges({ ...place, user, dropAllCapabilities: place.dropAllCapabilities && !asRoot }),
  ];
  return ctx.processes.capture('nsenter', [...args, ...command], { env: { ...env, HOME: user.home } });
};
