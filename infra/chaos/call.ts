import { findFreePorts } from '../../signaling/test/ports.ts';
import { makeDataDir } from '../../signaling/test/start-process.ts';
import { soundsAfterMs } from '../../web/e2e/gap.ts';
import type { Block } from '../../web/e2e/listener.ts';
import { Person } from '../../web/e2e/person.ts';
import { pollUntil } from '../../web/e2e/poll.ts';
import { type Gate, openGate } from '../../web/e2e/stage/gate.ts';
import { type BenchServer, startBenchServer } from '../bench/common/bench-server.ts';
import { type BlackHole, createBlackHole } from './black-hole.ts';

export type Pairs = readonly (readonly [listener: Person, speaker: Person])[];

/** Two people who talk, each in a browser of their own, and what can be done to them. */
export interface Call {
  readonly server: BenchServer;
  /** Kills the server and starts another with the same data and media port. */
  restart(): Promise<BenchServer>;
  /** Their way to signaling; their sound does not take it. */
  gate: Gate;
  hole: BlackHole;
  /** Every port that a client reaches the server by. */
  ports: number[];
  pairs: Pairs;
  close(): Promise<void>;
}

const talk = async (people: readonly Person[]): Promise<void> => {
  for (const person of people) {
    await person.signUp();
    await person.joinVoice();
  }
};

export const startCall = async (): Promise<Call> => {
  const mediaPort = await findFreePorts();
  const data = makeDataDir();
  const start = () =>
    startBenchServer({
      dataDir: data.path,
      env: { MEDIA_PORT: String(mediaPort), MEDIA_WORKERS: '1' },
    });
  let server = await start();
  const { port } = new URL(server.url);
  const gate = await openGate(Number(port));
  const hole = createBlackHole();
  const people = await Promise.all([
    Person.arrive({ name: 'Anna', hz: 440, url: gate.url }),
    Person.arrive({ name: 'Boris', hz: 660, url: gate.url }),
  ]);
  const [anna, boris] = people as [Person, Person];
  const pairs = [
    [anna, boris],
    [boris, anna],
  ] as const;
  await talk(people);
  for (const [listener, speaker] of pairs) await listener.hears(speaker);
  return {
    ...{ gate, hole, pairs },
    get server() {
      return server;
    },
    restart: async () => {
      await server.kill();
      server = await start();
      gate.aim(Number(new URL(server.url).port));
      return server;
    },
    ports: [Number(new URL(gate.url).port), mediaPort],
    close: async () => {
      await hole.close();
      await Promise.all(people.map((person) => person.leave()));
      await gate.close();
      await server.close();
      data.remove();
    },
  };
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const patienceMs = 120_000;

const lastOf = (blocks: Block[]): number => blocks.at(-1)?.at ?? 0;

export interface Heard {
  /** What a listener heard, a second of sound after the recovery included. */
  blocks: Block[];
  /** The first sound at or after the moment, milliseconds after it. */
  firstSoundMs: number;
}

/**
 * Waits until everybody hears the other at or after the moment, and for a second more.
 * @param fromMs where the blocks that are wanted begin; a second before it the sound was steady.
 */
export const waitForSound = async (
  { pairs }: { pairs: Pairs },
  sinceMs: number,
  fromMs: number = sinceMs,
): Promise<Heard[]> =>
  Promise.all(
    pairs.map(async ([listener, speaker]) => {
      const blocks = () => listener.blocksOf(speaker);
      const steady = (await blocks()).filter(({ at }) => at < fromMs - 500).slice(-100);
      const firstSoundMs = await pollUntil({
        read: async () => soundsAfterMs(await blocks(), sinceMs, steady) ?? Number.NaN,
        fits: (ms) => !Number.isNaN(ms),
        what: `${listener.name} hears ${speaker.name} again:`,
        timeoutMs: patienceMs,
      });
      await pollUntil({
        read: async () => lastOf(await blocks()),
        fits: (at) => at > sinceMs + firstSoundMs + 1_000,
        what: 'a second of sound',
      });
      return { blocks: (await blocks()).filter(({ at }) => at >= fromMs), firstSoundMs };
    }),
  );
