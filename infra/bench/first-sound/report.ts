import { type BenchContext, summarize } from '../report.ts';
import { toComparison } from './comparison.ts';
import { fitLine } from './round-trips.ts';
import { describeChain, type Sample } from './sample.ts';
import { type Client, clients, type Start, starts, startsOf, titles } from './starts.ts';

const round = (value: number, digits = 0): number => Number(value.toFixed(digits));

const medianOf = (values: number[]): number => summarize(values).median;

const delaysOf = (samples: Sample[]): number[] =>
  [...new Set(samples.map(({ roundTripMs }) => roundTripMs))].toSorted((a, b) => a - b);

const of = (samples: Sample[], start: Start, roundTripMs: number): Sample[] =>
  samples.filter((sample) => sample.start === start && sample.roundTripMs === roundTripMs);

const toRow = (samples: Sample[], start: Start, roundTripMs: number) => {
  const own = of(samples, start, roundTripMs);
  const sound = summarize(own.map(({ firstSoundMs }) => firstSoundMs));
  const trips = (name: keyof Sample['byProtocol']) => medianOf(own.map(({ byProtocol }) => byProtocol[name]));
  return {
    join: titles[start],
    'round trip ms': roundTripMs,
    'measured ms': round(medianOf(own.map(({ pathRoundTripMs }) => pathRoundTripMs)), 1),
    runs: sound.count,
    'median ms': round(sound.median),
    'worst ms': round(sound.worst),
    // Without a delay order alone is seen, and what merely happened in turn would count.
    'longest chain': roundTripMs === 0 ? '–' : String(medianOf(own.map((sample) => sample.trips))),
    HTTP: trips('http'),
    signaling: trips('signaling'),
    ICE: trips('ice'),
    DTLS: trips('dtls'),
  };
};

const printSlope = ({ print }: BenchContext, samples: Sample[]): void => {
  for (const start of starts) {
    const points = delaysOf(samples).map((roundTripMs) => {
      const own = of(samples, start, roundTripMs);
      return {
        x: medianOf(own.map(({ pathRoundTripMs }) => pathRoundTripMs)),
        y: medianOf(own.map(({ firstSoundMs }) => firstSoundMs)),
      };
    });
    if (points.length < 2) continue;
    const { slope, intercept } = fitLine(points);
    print(
      `${titles[start]}: ${round(slope, 2)} ms more for each ms of round trip, and ${round(intercept)} ms without any ` +
        '(line through the medians; below the chain where work is done while waiting)',
    );
  }
};

const printPhases = ({ print, table }: BenchContext, samples: Sample[], client: Client): void => {
  const columns = startsOf(client).flatMap((start) =>
    delaysOf(samples).map((roundTripMs) => ({
      title: `${titles[start]} ${roundTripMs}`,
      own: of(samples, start, roundTripMs),
    })),
  );
  const names = [...new Set(columns.flatMap(({ own }) => own.flatMap(({ phases }) => Object.keys(phases))))];
  print('');
  print('Milliseconds after the click until, medians, by join and round trip:');
  table(
    names.map((name) => {
      const cells = columns.map(({ title, own }) => {
        const values = own.map(({ phases }) => phases[name]).filter((value) => value !== undefined);
        return [title, values.length === 0 ? '–' : round(medianOf(values))];
      });
      return { step: name, ...Object.fromEntries(cells) };
    }),
  );
};

const printComparison = ({ print, table }: BenchContext, samples: Sample[]): void => {
  print('');
  print('Beside one request after another, medians of the same rounds:');
  table(toComparison(samples));
};

const printChain = ({ print }: BenchContext, samples: Sample[], start: Start): void => {
  const longest = delaysOf(samples).at(-1) ?? 0;
  const own = of(samples, start, longest).toSorted((a, b) => a.firstSoundMs - b.firstSoundMs);
  const middle = own[Math.floor(own.length / 2)];
  if (!middle) return;
  print('');
  print(
    `The longest chain of a middling join (${titles[start]}) at ${longest} ms, first sound after ${middle.firstSoundMs} ms:`,
  );
  for (const line of describeChain(middle)) print(line);
};

/** Prints every figure of the joins that were measured. */
export const printSamples = (context: BenchContext, samples: Sample[]): void => {
  context.table(
    starts.flatMap((start) => delaysOf(samples).map((roundTripMs) => toRow(samples, start, roundTripMs))),
  );
  printComparison(context, samples);
  context.print('');
  printSlope(context, samples);
  for (const client of clients) printPhases(context, samples, client);
  for (const start of starts) printChain(context, samples, start);
};
