import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endProcess } from '../../signaling/test/processes.ts';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Network namespaces are made by root. */
const isRoot = process.getuid?.() === 0;

/** Each failure once, within ten times what the design allows: whether it is recovered from, not how fast. */
const short = ['--runs', '1', '--tolerance', '10'];

describe.skipIf(!isRoot)('a call that is hurt', () => {
  const children: ReturnType<typeof spawn>[] = [];
  afterAll(async () => {
    for (const child of children) await endProcess(child);
  });

  const inflict = async (...names: string[]) => {
    const child = spawn(process.execPath, [program, ...short, ...names], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    const [code] = await once(child, 'close');
    const rows = output.split('\n').filter((line) => /\b(kept|BROKEN)$/.test(line));
    console.log(rows.slice(rows.length / 2).join('\n'));
    expect(code, output).toBe(0);
    expect(rows.length).toBeGreaterThanOrEqual(names.length);
  };

  /** Three minutes, in which its people mostly wait: they are away while the others are hurt. */
  let whileAway: Promise<void>;
  beforeAll(() => {
    whileAway = inflict('black-hole-10s', 'black-hole-60s', 'seat-gone');
    whileAway.catch(() => {});
  });

  it.each([
    [
      'in one process',
      ['socket-lost', 'worker-killed', 'worker-crashed', 'worker-stopped', 'process-killed', 'sleep'],
    ],
    ['by a network that changes', ['network-change']],
    [
      'split, in signaling and media',
      ['signaling-killed', 'signaling-control', 'media-killed', 'media-hung'],
    ],
    [
      'split, in what it is kept with',
      ['media-partitioned', 'redis-flushed', 'redis-hung', 'redis-gone', 'postgres-gone'],
    ],
  ])('%s, is back by itself', async (_where, names) => inflict(...names), 400_000);

  it('by a network that is away, is back by itself', () => whileAway, 400_000);
});
