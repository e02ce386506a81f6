import { summarize } from '../report.ts';
import type { Sample } from './sample.ts';
import { type Start, titles } from './starts.ts';

/** Of what one request after another takes. */
export const ratioLimit = 0.5;

const reference: Start = 'sequential';

/** What is held to the limit. */
const compared: Start[] = ['warm', 'prepared'];

type Figure = Pick<Sample, 'start' | 'roundTripMs' | 'firstSoundMs'>;

const medianOf = (samples: Figure[], start: Start, roundTripMs: number): number =>
  summarize(
    samples
      .filter((sample) => sample.start === start && sample.roundTripMs === roundTripMs)
      .map(({ firstSoundMs }) => firstSoundMs),
  ).median;

/** By how much less a join of ours takes than the same join asked for one request after another: ratios of medians. */
export const toComparison = (samples: Figure[]) => {
  const delays = [...new Set(samples.map(({ roundTripMs }) => roundTripMs))].toSorted((a, b) => a - b);
  const measured = compared.filter((start) => samples.some((sample) => sample.start === start));
  return measured.flatMap((start) =>
    delays.map((roundTripMs) => {
      const ours = medianOf(samples, start, roundTripMs);
      const theirs = medianOf(samples, reference, roundTripMs);
      const ratio = ours / theirs;
      return {
        join: titles[start],
        'round trip ms': roundTripMs,
        'median ms': Math.round(ours),
        [`${titles[reference]} ms`]: Math.round(theirs),
        ratio: ratio.toFixed(3),
        limit: ratioLimit,
        kept: ratio <= ratioLimit ? 'yes' : 'no',
      };
    }),
  );
};
