import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../setup/context.mjs';
import type { Command } from './dockerfile.ts';

/** What Docker leaves a container of root, unless it is told otherwise. */
const DOCKER_CAPABILITIES =
  'chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,net_raw,sys_chroot,mknod,audit_write,setfcap'.split(
    ',',
  );

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

export interface User {
  uid: number;
  gid: number;
  home: string;
}

/** What a process may do, and where. */
export interface Confinement {
  root: string;
  workdir: string;
  user: User;
  dropAllCapabilities: boolean;
  noNewPrivileges: boolean;
}

/** The mounts of one mount namespace, taken back in reverse. */
export interface Mounts {
  mount: (args: string[]) => Promise<void>;
  close: () => Promise<void>;
}

/** Keeps account of what is mounted, for the same process to take it back. */
export const createMounts = (ctx: Context): Mounts => {
  const targets: string[] = [];
  return {
    mount: async (args) => {
      await ctx.processes.run('mount', args, { env: ctx.env, logPath: ctx.logPath('image') });
      targets.push(args.at(-1) ?? '');
    },
    close: async () => {
      for (const target of targets.splice(0).reverse()) {
        await ctx.processes.tidyUp('umount', ['--lazy', target], { env: ctx.env, timeoutMs: 10_000 });
      }
    },
  };
};

/** Stacks layers to a root; without a folder for what is written it can only be read, whoever tries. */
export const mountLayers = async (
  mounts: Mounts,
  { layers, writable, root }: { layers: string[]; writable?: { upper: string; work: string }; root: string },
): Promise<void> => {
  const lower = layers.toReversed().join(':');
  mkdirSync(root, { recursive: true });
  const options = [`lowerdir=${lower}`];
  if (writable) {
    for (const folder of [writable.upper, writable.work]) mkdirSync(folder, { recursive: true });
    options.push(`upperdir=${writable.upper}`, `workdir=${writable.work}`);
  }
  await mounts.mount(['-t', 'overlay', 'overlay', '-o', options.join(','), root]);
};

/** Gives a root what no image holds: devices, the kernel's view of the system, names. /proc comes with each process. */
export const mountSystem = async (
  mounts: Mounts,
  root: string,
  { files, lent = {} }: { files: Record<string, string>; lent?: Record<string, string> },
): Promise<void> => {
  const dev = join(root, 'dev');
  await mounts.mount(['-t', 'tmpfs', '-o', 'nosuid,mode=755,size=64m', 'tmpfs', dev]);
  for (const name of DEVICES) {
    writeFileSync(join(dev, name), '');
    await mounts.mount(['--bind', `/dev/${name}`, join(dev, name)]);
  }
  mkdirSync(join(dev, 'shm'));
  await mounts.mount(['-t', 'tmpfs', '-o', 'nosuid,nodev,noexec,size=64m', 'tmpfs', join(dev, 'shm')]);
  mkdirSync(join(dev, 'lent'));
  for (const [name, text] of Object.entries(lent)) writeFileSync(join(dev, 'lent', name), text);
  await mounts.mount(['-t', 'sysfs', '-o', 'ro,nosuid,nodev,noexec', 'sysfs', join(root, 'sys')]);
  for (const [target, source] of Object.entries(files)) {
    await mounts.mount(['--bind', source, join(root, target)]);
  }
};

/** The command line that runs something confined: in namespaces of its own, with its root for a root. */
export const confined = (confinement: Confinement, command: Command): Command => [
  ...['unshare', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc'],
  `--root=${confinement.root}`,
  `--wd=${confinement.workdir}`,
  ...privileges(confinement),
  ...command,
];

/** The part of the command line that gives privileges up; the program is the root's own. */
export const privileges = ({ user, dropAllCapabilities, noNewPrivileges }: Confinement): Command => {
  const kept = dropAllCapabilities ? [] : DOCKER_CAPABILITIES;
  const capabilities = ['-all', ...kept.map((name) => `+${name}`)].join(',');
  return [
    ...['/usr/bin/setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'],
    ...[`--bounding-set=${capabilities}`, '--inh-caps=-all'],
    ...(noNewPrivileges ? ['--no-new-privs'] : []),
    '--',
  ];
};

/** The USER of an image as numbers, by the root's own files: `name`, `uid`, `name:group`, `uid:gid`. */
export const resolveUser = (root: string, text: string): User => {
  const [name = '', group] = text.split(':');
  const entries = (file: string) =>
    (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '')
      .split('\n')
      .map((line) => line.split(':'));
  const byName = (fields: string[], wanted: string) => fields[0] === wanted || fields[2] === wanted;
  const user = entries('etc/passwd').find((fields) => byName(fields, name));
  const groupId = group === undefined ? user?.[3] : entries('etc/group').find((it) => byName(it, group))?.[2];
  const uid = Number(user?.[2] ?? name);
  const gid = Number(groupId ?? group ?? 0);
  if (!Number.isInteger(uid) || !Number.isInteger(gid)) throw new Error(`there is no user ${text}`);
  return { uid, gid, home: user?.[5] ?? '/' };
};
