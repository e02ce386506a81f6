import { loadavg } from 'node:os';
import { findFreePorts } from '../../../signaling/test/ports.ts';
import { endProcess } from '../../../signaling/test/processes.ts';
import { makeDataDir, startProcess } from '../../../signaling/test/start-process.ts';
import { Person } from '../../../web/e2e/person.ts';
import type { Bench, BenchContext } from '../report.ts';
import { type Join, openListener } from './listener.ts';
import { openPath } from './relay/index.ts';
import { printSamples } from './report.ts';
import { type Sample, toSample } from './sample.ts';

const roundTripsMs = [0, 50, 100];

/** Fewer only try the benchmark out: BENCH_RUNS=1. */
const defaultRuns = 10;

const method = [
  'How: the server as a process, on loopback; a speaker in a browser of its own, already heard; a listener behind a relay',
  'that delays every chunk of TCP (page, realtime socket) and every datagram of media by half of the round trip in each',
  'direction, order kept, a TCP handshake included. The listener clicks "Join voice" by script; the first sound is the first',
  "block of 10 ms whose tone is within 20 dB of its steady power, in an AudioWorklet on the stream of the speaker's audio",
  'element (found within 10 ms). Media goes by UDP alone. Cold: a new browser process and profile, the code of calls not',
  'loaded. Warm: the second join of the same page. Before each click the path has been quiet for 500 ms. The delays take',
  'turns, and each round begins with another.',
  'Round trips: the longest chain of messages in the log of the relay, each sent after the one before it had arrived, from the',
  'click to the first packet of sound (or to the audio element, where that comes later); beside it the questions answered of',
  'each protocol, media on the flow that the sound comes by.',
];

interface Stage {
  serverPort: number;
  mediaPort: number;
  speaker: Person;
}

const withServer = async <T>(
  task: (server: { url: string; mediaPort: number }) => Promise<T>,
): Promise<T> => {
  const dataDir = makeDataDir();
  const mediaPort = await findFreePorts();
  try {
    const env = { MEDIA_PORT: String(mediaPort), MEDIA_WORKERS: '1', LOG_LEVEL: 'warn' };
    const server = await startProcess({ dataDir: dataDir.path, env });
    try {
      return await task({ url: server.url, mediaPort });
    } finally {
      await endProcess(server.child);
    }
  } finally {
    dataDir.remove();
  }
};

const withSpeaker = async <T>(url: string, task: (speaker: Person) => Promise<T>): Promise<T> => {
  const speaker = await Person.arrive({ url, name: 'Speaker', hz: 440 });
  try {
    await speaker.signUp();
    await speaker.joinVoice();
    return await task(speaker);
  } finally {
    await speaker.leave();
  }
};

/** One browser over one path: a cold join, and a warm one. */
const measurePair = async (
  { serverPort, mediaPort, speaker }: Stage,
  roundTripMs: number,
): Promise<{ samples: Sample[]; last: Join }> => {
  const path = await openPath({ serverPort, mediaPort, roundTripMs });
  try {
    const listener = await openListener(path, speaker);
    try {
      const cold = await listener.join();
      const samples = [toSample({ start: 'cold', roundTripMs, join: cold, events: path.events })];
      await listener.leaveVoice();
      const last = await listener.join();
      samples.push(toSample({ start: 'warm', roundTripMs, join: last, events: path.events }));
      return { samples, last };
    } finally {
      await listener.close();
    }
  } finally {
    await path.close();
  }
};

const measureAll = async (stage: Stage, { print, signal }: BenchContext): Promise<Sample[]> => {
  const samples: Sample[] = [];
  const loads: number[] = [];
  const runs = Number(process.env.BENCH_RUNS ?? defaultRuns);
  for (let run = 0; run < runs; run += 1) {
    for (let turn = 0; turn < roundTripsMs.length; turn += 1) {
      signal.throwIfAborted();
      const roundTripMs = roundTripsMs[(run + turn) % roundTripsMs.length] ?? 0;
      const { samples: pair, last } = await measurePair(stage, roundTripMs);
      if (samples.length === 0 && last.media) {
        const { protocol, srtpCipher, dtlsCipher } = last.media;
        print(`Media by ${protocol}, ${srtpCipher}, DTLS with ${dtlsCipher}.`);
      }
      samples.push(...pair);
    }
    loads.push(loadavg()[0] ?? 0);
  }
  print(`Load average of a minute, after each round: ${loads.map((load) => load.toFixed(2)).join(' ')}`);
  return samples;
};

export const bench: Bench = {
  name: 'first-sound',
  summary: 'click to first sound at 0, 50 and 100 ms of round trip, cold and warm: ms and round trips',
  run: async (context) => {
    for (const line of method) context.print(line);
    context.print('');
    const samples = await withServer(({ url, mediaPort }) =>
      withSpeaker(url, (speaker) =>
        measureAll({ serverPort: Number(new URL(url).port), mediaPort, speaker }, context),
      ),
    );
    printSamples(context, samples);
  },
};
