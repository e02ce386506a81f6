import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const nft = (script: string): Promise<unknown> =>
  promisify(execFile)('nft', [script]).catch((cause: { code?: string }) => {
    if (cause.code === 'ENOENT') throw new Error('nft is missing: install the package nftables.');
    throw cause;
  });

export interface BlackHole {
  /** Swallows every packet from and to these ports, and says nothing. */
  open(ports: number[]): Promise<void>;
  close(): Promise<void>;
}

/** What a tunnel, a lift or a broken router is to those in a call. */
export const createBlackHole = (): BlackHole => ({
  open: async (ports) => {
    const set = `{ ${ports.join(', ')} }`;
    await nft('add table inet chaos');
    await nft('add chain inet chaos input { type filter hook input priority 0; }');
    for (const side of ['sport', 'dport'])
      await nft(`add rule inet chaos input meta l4proto { tcp, udp } th ${side} ${set} drop`);
  },
  close: async () => {
    await nft('add table inet chaos');
    await nft('delete table inet chaos');
  },
});
