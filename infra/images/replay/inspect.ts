import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ProcessFacts {
  pid: number;
  name: string;
  uids: string;
  gids: string;
  /** Permitted, effective, bounding and ambient, where not empty. */
  capabilities: string[];
  noNewPrivileges: boolean;
}

const NO_CAPABILITIES = /^0+$/;

/** The processes in the same pid namespace as this one. */
export const processesBeside = (pid: number): ProcessFacts[] => {
  const namespace = readlinkSync(`/proc/${pid}/ns/pid`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => namespaceOf(name) === namespace)
    .map((name) => factsOf(Number(name), readFileSync(`/proc/${name}/status`, 'utf8')));
};

const namespaceOf = (pid: string): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    // It has ended.
    return undefined;
  }
};

/** What /proc/PID/status says of privileges. */
export const factsOf = (pid: number, status: string): ProcessFacts => {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  return {
    pid,
    name: field('Name'),
    uids: [...new Set(field('Uid').split(/\s+/))].join(' '),
    gids: [...new Set(field('Gid').split(/\s+/))].join(' '),
    capabilities: ['CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].filter(
      (name) => !NO_CAPABILITIES.test(field(name)),
    ),
    noNewPrivileges: field('NoNewPrivs') === '1',
  };
};

const LISTENING = '0A';

/** The ports that something is bound to in the network namespace of a process; of TCP, that listen. */
export const boundPorts = (pid: number, protocol: 'tcp' | 'udp'): Set<number> =>
  new Set(
    [protocol, `${protocol}6`].flatMap((table) =>
      portsIn(readFileSync(`/proc/${pid}/net/${table}`, 'utf8'), protocol),
    ),
  );

/** Reads one of the kernel's tables of sockets. */
export const portsIn = (table: string, protocol: 'tcp' | 'udp'): number[] =>
  table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local && (protocol === 'udp' || state === LISTENING))
    .map(([, local = '']) => Number.parseInt(local.split(':').at(-1) ?? '', 16));
