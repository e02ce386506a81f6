import { spawn } from 'node:child_process';
import { once } from 'node:events';

const insideFlag = '--inside';

/** The machine's own address in there. */
export const ownAddress = '10.99.0.1';

/**
 * A link that comes up gets an address of IPv6 a second or two later, when it has found nobody else there who has it. Chromium
 * takes that for another network, and fails what is just waiting for a connection.
 */
export const withoutLateAddresses =
  'for scope in all default; do echo 1 > /proc/sys/net/ipv6/conf/$scope/disable_ipv6; done';

/** It is there beside loopback: browsers gather no candidates of ICE on loopback alone. */
const setUp = [
  withoutLateAddresses,
  'ip link set lo up',
  'ip link add chaos0 type veth peer name chaos1',
  `ip address add ${ownAddress}/24 dev chaos0`,
  'ip link set chaos0 up',
  'ip link set chaos1 up',
  'exec "$@"',
].join(' && ');

export const isInside = (argv: string[]): boolean => argv.includes(insideFlag);

/** Processes too: whatever was started ends with the program, however that ends. */
const isolation = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * Runs this program again in a network namespace of its own, where packets may be dropped without harm to anybody.
 * @returns its exit code.
 */
export const runInside = async (argv: string[], signal: AbortSignal): Promise<number> => {
  if (process.getuid?.() !== 0) throw new Error('Network namespaces are made by root: run this as root.');
  const program = [process.execPath, ...process.execArgv, ...argv, insideFlag];
  const child = spawn('unshare', [...isolation, 'sh', '-c', setUp, 'sh', ...program], { stdio: 'inherit' });
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
};
