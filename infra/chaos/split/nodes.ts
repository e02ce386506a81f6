import { mediaDirectoryKeys } from '@boltorezka/protocol';
import { endProcess } from '../../../signaling/test/processes.ts';
import { familyOf } from '../../../signaling/test/start-process.ts';
import type { MediaNode, SplitCall } from './split-call.ts';

/** The node that holds the one room in which somebody talks. */
const nodeOfCall = async ({ redis, media }: SplitCall): Promise<MediaNode> => {
  const urls: unknown[] = [];
  for (const key of await redis.keys(mediaDirectoryKeys.room('*'))) {
    const [nodeId = ''] = ((await redis.get(key)) ?? '').split(' ');
    urls.push(JSON.parse((await redis.get(mediaDirectoryKeys.node(nodeId))) ?? '{}').url);
  }
  const found = media.find(({ process }) => urls.includes(process.url));
  if (!found) throw new Error('no node holds the room of the call');
  return found;
};

/** The node with its workers, in one moment, as a machine that loses its power or its breath. */
const signalMachine = (pid: number | undefined, signal: NodeJS.Signals): void => {
  for (const part of familyOf(pid ?? 0)) process.kill(part, signal);
};

/** @returns how to bring things back to two nodes. */
export const hurtNodeOfCall = async (
  call: SplitCall,
  how: 'SIGKILL' | 'SIGSTOP' | 'partition',
): Promise<() => Promise<void>> => {
  const node = await nodeOfCall(call);
  const { child, linkPort, mediaPort } = node.process;
  if (how === 'SIGKILL') {
    signalMachine(child.pid, 'SIGKILL');
    await endProcess(child, 'SIGKILL');
    return async () => {
      const fresh = await call.startMedia();
      call.media.splice(call.media.indexOf(node), 1, fresh);
      await node.redis.close();
    };
  }
  if (how === 'SIGSTOP') {
    signalMachine(child.pid, 'SIGSTOP');
    return async () => signalMachine(child.pid, 'SIGCONT');
  }
  node.redis.pause();
  await call.hole.open([linkPort, mediaPort]);
  return async () => {
    await call.hole.close();
    node.redis.cut();
  };
};
