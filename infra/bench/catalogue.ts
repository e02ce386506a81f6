import type { Bench } from './report.ts';

/** Loads a benchmark only when it is asked for: one that cannot load does not keep the others from running. */
type Load = () => Promise<{ bench: Bench }>;

/** Every benchmark, in the order in which `all` runs them. */
export const catalogue: Record<string, Load> = {
  'first-sound': () => import('./first-sound/index.ts'),
  'worker-cpu': () => import('./worker-cpu/index.ts'),
  'sfu-delay': () => import('./sfu-delay/index.ts'),
  joins: () => import('./joins/index.ts'),
  'chat-fanout': () => import('./chat-fanout/index.ts'),
  'idle-sockets': () => import('./idle-sockets/index.ts'),
  'message-writer': () => import('./message-writer/index.ts'),
  page: () => import('./page/index.ts'),
  setup: () => import('./setup/index.ts'),
};

/** Which of the known names the arguments ask for, in the order of the arguments; each once. */
export const selectBenches = (args: string[], known: string[]): string[] => {
  const unknown = args.filter((arg) => arg !== 'all' && !known.includes(arg));
  if (unknown.length > 0) {
    throw new Error(`no benchmark is called ${unknown.join(', ')}; there are ${known.join(', ')}, and all`);
  }
  return [...new Set(args.flatMap((arg) => (arg === 'all' ? known : [arg])))];
};
