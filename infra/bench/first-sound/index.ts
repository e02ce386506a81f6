import { loadavg } from 'node:os';
import type { Bench, BenchContext } from '../report.ts';
import type { Join } from './listener.ts';
import { type Places, withPlaces } from './places.ts';
import { printSamples } from './report.ts';
import type { Sample } from './sample.ts';
import { measureSitting } from './sitting.ts';
import { type Client, type Sitting, sittings, titles } from './starts.ts';

const roundTripsMs = [0, 50, 100];

/** Fewer only try the benchmark out: BENCH_RUNS=1. */
const defaultRuns = 10;

const method = [
  'How: the server as a process, on loopback; a speaker in a browser of its own, already heard; a listener behind a relay',
  'that delays every chunk of TCP (page, realtime socket) and every datagram of media by half of the round trip in each',
  'direction, order kept, a TCP handshake included. The listener clicks "Join voice" by script; the first sound is the first',
  "block of 10 ms whose tone is within 20 dB of its steady power, in an AudioWorklet on the stream of the speaker's audio",
  'element (found within 10 ms). Media goes by UDP alone. Cold: a new browser process and profile, the code of calls not',
  'loaded. Warm: the second join of the same page. Prepared: the third, after the mouse has come to the button and whatever',
  'that brought about is done. Before each click the path has been quiet for 500 ms. The delays take turns, and each round',
  'begins with another.',
  'One after another: a client that has each of its requests answered before it sends the next (capabilities, transport,',
  'transport, join, connect, produce, consume, connect, resume), with mediasoup-client on a page of its own, and a server that',
  'does nothing unasked: the same worker program, codec and settings of transports, one worker, a speaker of its own. Its',
  'page, code and socket are there before the click, and what counts is the second join of the page, as with warm. Rounds',
  'alternate in whose listener comes first.',
  'Round trips: the longest chain of messages in the log of the relay, each sent after the one before it had arrived, from the',
  'click to the first packet of sound (or to the audio element, where that comes later); beside it the questions answered of',
  'each protocol, media on the flow that the sound comes by.',
];

const describeMedia = ({ joins }: Sitting, { media }: Join): string => {
  const names = joins.filter((start) => start !== null).map((start) => titles[start]);
  const how = media && `by ${media.protocol}, ${media.srtpCipher}, DTLS with ${media.dtlsCipher}`;
  return `Media of ${names.join(' and ')} ${how ?? 'unknown'}.`;
};

const measureAll = async (places: Places, { print, signal }: BenchContext): Promise<Sample[]> => {
  const samples: Sample[] = [];
  const loads: number[] = [];
  const described = new Set<Client>();
  const runs = Number(process.env.BENCH_RUNS ?? defaultRuns);
  for (let run = 0; run < runs; run += 1) {
    const order = run % 2 === 0 ? sittings : sittings.toReversed();
    for (let turn = 0; turn < roundTripsMs.length; turn += 1) {
      const roundTripMs = roundTripsMs[(run + turn) % roundTripsMs.length] ?? 0;
      for (const sitting of order) {
        signal.throwIfAborted();
        const { client } = sitting;
        const { samples: own, last } = await measureSitting(places[client], sitting, roundTripMs);
        if (last && !described.has(client)) print(describeMedia(sitting, last));
        described.add(client);
        samples.push(...own);
      }
    }
    loads.push(loadavg()[0] ?? 0);
  }
  print(`Load average of a minute, after each round: ${loads.map((load) => load.toFixed(2)).join(' ')}`);
  return samples;
};

export const bench: Bench = {
  name: 'first-sound',
  summary:
    'click to first sound at 0, 50 and 100 ms of round trip, beside one request after another: ms and round trips',
  run: async (context) => {
    for (const line of method) context.print(line);
    context.print('');
    printSamples(context, await withPlaces((places) => measureAll(places, context)));
  },
};
