import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WayOfWriting, WriterReply, WriterRequest } from '../../../signaling/bench/writer-messages.ts';
import { abortable } from '../common/abortable.ts';
import { createCleanup } from '../common/cleanup.ts';
import { type Bench, type BenchContext, percentile } from '../report.ts';

const ROUND_MS = 3_000;
const ROUNDS = 5;
const WARM_UP_ROUNDS = 1;

/** Design: the least that writing in groups is worth. */
const LEAST_RATIO = 10;

const ways = [
  'in groups',
  'one a commit',
  'bare, one writer',
  'bare, ten writers',
] as const satisfies readonly WayOfWriting[];

const method = [
  'The embedded PostgreSQL, fsync on, the tables and indexes of the product; 50 rooms; messages of 14 words, Russian and English.',
  'In groups: the product’s own writer, 2,000 people of two rooms each, who wait for their answer before they write again.',
  'One a commit: the same code with its checks, a message in each transaction, over 10 connections at once.',
  'Bare: one statement that takes the room’s next position and inserts the row, and checks nothing; over one connection, and over ten.',
  `${ROUNDS} rounds of ${ROUND_MS / 1_000} s of each, taking turns on one database in one run, after ${WARM_UP_ROUNDS} of each for warming up.`,
  'A row counts when its commit has been answered. Rows of both ways are durable alike.',
];

const program = fileURLToPath(new URL('../../../signaling/bench/writer.ts', import.meta.url));

const startWriter = async () => {
  const child = fork(program, { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const gone = ended.then(() => Promise.reject(new Error('the process that writes ended')));
  gone.catch(() => {});
  const answer = async () => ((await Promise.race([once(child, 'message'), gone])) as [WriterReply])[0];
  const ready = answer();
  return {
    ready,
    write: (request: WriterRequest): Promise<WriterReply> => {
      const answered = answer();
      child.send(request);
      return answered;
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};

const perSecond = ({ rows, tookMs }: WriterReply): number => rows / (tookMs / 1_000);

const report = ({ print, table }: BenchContext, replies: Record<WayOfWriting, WriterReply[]>): void => {
  const rates = (way: WayOfWriting) => replies[way].map(perSecond);
  table(
    ways.map((way) => ({
      way,
      rounds: replies[way].length,
      'rows/s: median': Math.round(percentile(rates(way), 50)),
      'rows/s: worst': Math.round(percentile(rates(way), 0)),
      'rows a commit': Number(
        percentile(
          replies[way].map(({ rows, commits }) => rows / commits),
          50,
        ).toFixed(1),
      ),
    })),
  );
  for (const way of ways.slice(1)) {
    const ratios = rates('in groups').map((rate, round) => rate / (rates(way)[round] ?? Number.NaN));
    const limit = way === 'one a commit' ? `; ${LEAST_RATIO} at least` : '';
    print(
      `in groups, times ${way}: median ${percentile(ratios, 50).toFixed(1)}, worst ${percentile(ratios, 0).toFixed(1)}${limit}`,
    );
  }
};

const run = async (context: BenchContext): Promise<void> => {
  const cleanup = createCleanup();
  method.forEach(context.print);
  try {
    const writer = cleanup.add(await startWriter());
    await abortable(writer.ready, context.signal);
    const replies: Record<WayOfWriting, WriterReply[]> = {
      'in groups': [],
      'one a commit': [],
      'bare, one writer': [],
      'bare, ten writers': [],
    };
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
      for (const way of ways) {
        const reply = await abortable(writer.write({ way, forMs: ROUND_MS }), context.signal);
        if (round >= 0) replies[way].push(reply);
      }
    }
    report(context, replies);
  } finally {
    await cleanup.close();
  }
};

export const bench: Bench = {
  name: 'message-writer',
  summary: 'durable chat messages a second, written in groups, against one row a commit on the same database',
  run,
};
