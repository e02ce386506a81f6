import { longestGapMs, soundsAfterMs } from '../../web/e2e/gap.ts';
import type { Block } from '../../web/e2e/listener.ts';
import type { Person } from '../../web/e2e/person.ts';
import { pollUntil } from '../../web/e2e/poll.ts';

export type Pairs = readonly (readonly [listener: Person, speaker: Person])[];

/** Has two people join the room's call, and waits until each hears the other. */
export const talk = async (people: readonly [Person, Person]): Promise<Pairs> => {
  const [one, other] = people;
  const pairs = [
    [one, other],
    [other, one],
  ] as const;
  for (const person of people) await person.joinVoice();
  for (const [listener, speaker] of pairs) await listener.hears(speaker);
  return pairs;
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

/** By then whatever was under way when it happened has been heard. */
const lastEchoMs = 1_000;

/** The longest silence of each listener from the moment on, until sound has been steady again, milliseconds. */
export const gapsSince = async (
  call: { pairs: Pairs },
  happenedAtMs: number,
  recoveredAtMs = Date.now(),
): Promise<number[]> => {
  const heard = await waitForSound(call, recoveredAtMs + lastEchoMs, happenedAtMs);
  return heard.map(({ blocks }) => longestGapMs(blocks));
};

/** Waits until each listener's page shows the speaker connected. */
export const allSeeConnected = async ({ pairs }: { pairs: Pairs }): Promise<void> => {
  for (const [listener, speaker] of pairs) await listener.seesConnected(speaker);
};
