import type { Block } from './listener.ts';

const blockMs = 10;

/** The tone's steady power: the median of the louder half, so that a silence among the blocks does not lower it. */
const steadyPowerOf = (blocks: Block[]): number =>
  blocks.map(({ power }) => power).toSorted((a, b) => a - b)[Math.floor((blocks.length * 3) / 4)] ?? 0;

/** 20 dB below the steady level is silence. */
const isSilent = (block: Block, steadyPower: number): boolean => block.power < steadyPower / 100;

/** The longest run of blocks, milliseconds, whose tone is 20 dB or more below its steady level. */
export const longestGapMs = (blocks: Block[]): number => {
  const steadyPower = steadyPowerOf(blocks);
  let longest = 0;
  let run = 0;
  for (const block of blocks) {
    run = isSilent(block, steadyPower) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest * blockMs;
};

/**
 * How long after `since` the tone fell silent for good, milliseconds; undefined while it sounds.
 * @param steady blocks of the sounding tone, from before.
 */
export const silentAfterMs = (blocks: Block[], since: number, steady: Block[]): number | undefined => {
  const steadyPower = steadyPowerOf(steady);
  const lastSound = blocks.findLast((block) => !isSilent(block, steadyPower));
  if (lastSound === undefined) return 0;
  return lastSound === blocks.at(-1) ? undefined : Math.max(0, lastSound.at - since);
};

/** How long after `since` the tone sounds again, milliseconds; undefined while it is silent. */
export const soundsAfterMs = (blocks: Block[], since: number, steady: Block[]): number | undefined => {
  const steadyPower = steadyPowerOf(steady);
  const first = blocks.find((block) => block.at >= since && !isSilent(block, steadyPower));
  return first && first.at - since;
};
