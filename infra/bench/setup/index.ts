import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, BenchContext } from '../report.ts';
import { cloneHead, findStrangersNode, runSetup } from './clone.ts';
import { compareRuns, parseSteps, type SetupStep } from './steps.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const method = [
  'setup.mjs --tests in fresh clones of what is committed; the times are those that its own lines say.',
  '"empty caches": a first clone, with the caches of npm and of the set-up (XDG_CACHE_HOME) empty;',
  '"warm caches": a second clone with the caches that the first left; "again": the second clone once more.',
  'The network to the npm registry and the package mirror is part of the figures. One run each.',
];

const printNotes = ({ print }: BenchContext, steps: SetupStep[], folder: string): void => {
  print('');
  print('With empty caches:');
  for (const { name, note } of steps) print(`  ${name}: ${note.replaceAll(folder, '…')}`);
  const isAptUsed = steps.some(({ name, note }) => /^system packages for/.test(name) && note === 'installed');
  if (isAptUsed) return;
  print(
    'Every system package that the set-up needs was there already: installing them is in none of the figures.',
  );
};

const measureAll = async (context: BenchContext, folder: string): Promise<void> => {
  const { print, signal } = context;
  const node = findStrangersNode();
  const caches = join(folder, 'caches');
  const runs: Record<string, SetupStep[]> = {};
  const measure = async (name: string, clone: string): Promise<void> => {
    const output = await runSetup({ folder: clone, caches, nodePath: node.path, signal });
    runs[name] = parseSteps(output);
  };
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  print(`Started with Node ${node.version}; the commit is ${cloneHead(root, first)}.`);
  await measure('empty caches', first);
  cloneHead(root, second);
  await measure('warm caches', second);
  await measure('again', second);
  context.table(compareRuns(runs));
  printNotes(context, runs['empty caches'] ?? [], folder);
};

const run = async (context: BenchContext): Promise<void> => {
  method.forEach(context.print);
  const folder = mkdtempSync(join(tmpdir(), 'boltorezka-setup-'));
  try {
    await measureAll(context, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const bench: Bench = {
  name: 'setup',
  summary: 'time of each step of the set-up, with empty and with warm caches',
  run,
};
