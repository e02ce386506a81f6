import { spawn } from 'node:child_process';
import { once } from 'node:events';

const insideFlag = '--inside';

/** The machine's own address in there. */
export const ownAddress = '10.99.0.1';

/**
 * Waits in a shell for the address of IPv6 that a link has a second or two after it came up, once nobody else there has it: at most
 * five seconds, for there may be no IPv6. Chromium takes it for another network, and fails what is just waiting for a connection.
 */
export const untilSettled = (link: string): string => `
  for round in $(seq 100); do
    ip -6 -o address show dev ${link} -tentative | grep -q fe80 && break
    sleep 0.05
  done`;

/** It is there beside loopback: browsers gather no candidates of ICE on loopback alone. */
const setUp = [
  'ip link set lo up',
  'ip link add chaos0 type veth peer name chaos1',
  `ip address add ${ownAddress}/24 dev chaos0`,
  'ip link set chaos0 up',
  'ip link set chaos1 up',
  `{ ${untilSettled('chaos0')}\n }`,
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
