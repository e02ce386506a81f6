import { mkdirSync } from 'node:fs';
import type { Context } from '../../setup/context.mjs';
import type { ComposeFile } from './compose.ts';
import type { Mounts } from './sandbox.ts';

const NAMESPACES = '/run/netns';

export interface ContainerNetwork {
  /** The namespace, as a path. */
  path: string;
  /** By the network's name in the compose file: this side's address in it, and the container's. */
  networks: Record<string, { machine: string; container: string }>;
}

/** Makes the names of network namespaces, and the loopback, this namespace's own. */
export const prepareNetworking = async (ctx: Context, mounts: Mounts): Promise<void> => {
  mkdirSync(NAMESPACES, { recursive: true });
  await mounts.mount(['-t', 'tmpfs', 'tmpfs', NAMESPACES]);
  await ip(ctx, ['link', 'set', 'lo', 'up']);
};

/**
 * A network namespace for one container, with an interface in each of its networks, and a way out through those that are
 * not internal.
 */
export const createNetwork = async (
  ctx: Context,
  name: string,
  networks: ComposeFile['networks'],
): Promise<ContainerNetwork> => {
  await ip(ctx, ['netns', 'add', name]);
  const path = `${NAMESPACES}/${name}`;
  const inside = (...args: string[]) => ip(ctx, ['-netns', name, ...args]);
  await inside('link', 'set', 'lo', 'up');
  const made: ContainerNetwork = { path, networks: {} };
  for (const [index, [network, settings]] of Object.entries(networks ?? {}).entries()) {
    const [near, machine, container] = [`${name}${index}`, `10.231.${index}.1`, `10.231.${index}.2`];
    await ip(ctx, ['link', 'add', near, 'type', 'veth', 'peer', 'name', `eth${index}`, 'netns', name]);
    await ip(ctx, ['address', 'add', `${machine}/24`, 'dev', near]);
    await ip(ctx, ['link', 'set', near, 'up']);
    await inside('address', 'add', `${container}/24`, 'dev', `eth${index}`);
    await inside('link', 'set', `eth${index}`, 'up');
    if (!settings?.internal) await inside('route', 'add', 'default', 'via', machine);
    made.networks[network] = { machine, container };
  }
  return made;
};

/** Takes the namespace back, and with it both ends of its interfaces. */
export const removeNetwork = async (ctx: Context, name: string): Promise<void> => {
  await ctx.processes.tidyUp('ip', ['netns', 'delete', name], { env: ctx.env, timeoutMs: 10_000 });
};

const ip = (ctx: Context, args: string[]): Promise<void> =>
  ctx.processes.run('ip', args, { env: ctx.env, logPath: ctx.logPath('image') });
