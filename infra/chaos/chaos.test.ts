import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endProcess } from '../../signaling/test/processes.ts';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Network namespaces are made by root. */
const isRoot = process.getuid?.() === 0;

/**
 * Failures once each, within ten times what the design allows: whether they are recovered from, not how fast. Left to
 * `npm run chaos` are the two in which people are away for a minute and more, and those that differ from another here in a
 * signal alone.
 */
const short = ['--runs', '1', '--tolerance', '10'];

describe.skipIf(!isRoot)('a call that is hurt', () => {
  const children: ReturnType<typeof spawn>[] = [];
  afterAll(async () => {
    for (const child of children) await endProcess(child);
  });

  /** @returns when the stage is set, so that what follows is mostly waiting; and the end of it. */
  const inflict = (...names: string[]) => {
    const child = spawn(process.execPath, [program, ...short, ...names], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let output = '';
    const isSet = Promise.withResolvers<void>();
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk);
        if (output.includes(`${names[0]}: `)) isSet.resolve();
      });
    const end = once(child, 'close').then(([code]) => {
      isSet.resolve();
      const rows = output.split('\n').filter((line) => /\b(kept|BROKEN)$/.test(line));
      console.log(rows.slice(rows.length / 2).join('\n'));
      expect(code, output).toBe(0);
      expect(rows.length).toBeGreaterThanOrEqual(names.length);
    });
    // Whoever waits for it says so.
    end.catch(() => {});
    return { isSet: isSet.promise, end };
  };

  /** Each is a call in a network of its own, in which most of the time is spent waiting: they are hurt side by side. */
  const calls: [where: string, failures: string[]][] = [
    [
      'split, in signaling and media, and in what it is kept with',
      [
        ...['signaling-killed', 'signaling-control', 'media-killed', 'media-partitioned'],
        ...['redis-flushed', 'redis-gone', 'postgres-gone'],
      ],
    ],
    ['by sleep, and by a network that is away', ['sleep', 'black-hole-10s']],
    [
      'in one process, and by a network that changes',
      ['socket-lost', 'worker-killed', 'worker-stopped', 'process-killed', 'network-change'],
    ],
  ];
  const ends = new Map<string, Promise<void>>();
  // One after another: servers and browsers that start leave no time to those who talk already.
  beforeAll(async () => {
    for (const [where, failures] of calls) {
      const { isSet, end } = inflict(...failures);
      ends.set(where, end);
      await isSet;
    }
  }, 200_000);

  it.each(calls)('%s, is back by itself', (where) => ends.get(where), 400_000);
});
