import { summarize } from '../report.ts';
import type { Join } from './listener.ts';
import type { WireEvent } from './relay/wire.ts';
import { countByProtocol, countTurns, longestChain, toSteps } from './round-trips.ts';

export type Start = 'cold' | 'warm';

/** One measured join. */
export interface Sample {
  start: Start;
  roundTripMs: number;
  firstSoundMs: number;
  clickedAtMs: number;
  chain: WireEvent[];
  trips: number;
  byProtocol: ReturnType<typeof countByProtocol>;
  /** What the path took in one direction in truth, doubled. */
  pathRoundTripMs: number;
  /** Milliseconds after the click; absent where it did not happen. */
  phases: Record<string, number | undefined>;
}

const readPhases = (steps: WireEvent[], join: Join): Sample['phases'] => {
  const sent = (label: string) => steps.find((event) => event.up && event.label === label)?.sentAtMs;
  const arrived = (label: string) => steps.findLast((event) => event.label === label)?.deliveredAtMs;
  const sound = steps.find(({ protocol }) => protocol === 'rtp');
  const onSoundFlow = steps.filter(({ flow }) => flow === sound?.flow);
  const http = steps.filter(({ protocol, up }) => protocol === 'http' && !up);
  const dtls = onSoundFlow.filter(({ protocol }) => protocol === 'dtls');
  const at = {
    'call code loaded': http.at(-1)?.deliveredAtMs,
    'microphone asked': join.marks.microphoneAskedAtMs,
    'microphone open': join.marks.microphoneOpenAtMs,
    'voice.join sent': sent('voice.join'),
    'voice.join answered': arrived('ack voice.join'),
    'voice.connectTransport sent (first)': sent('voice.connectTransport'),
    'voice.connectTransport answered (last)': arrived('ack voice.connectTransport'),
    'voice.produce answered': arrived('ack voice.produce'),
    'ICE begins': onSoundFlow.find(({ protocol }) => protocol === 'stun')?.sentAtMs,
    'DTLS begins': dtls[0]?.sentAtMs,
    'DTLS ends': dtls.at(-1)?.deliveredAtMs,
    'first packet of sound': sound?.deliveredAtMs,
    'audio element plays': join.marks.attachedAtMs,
    'first sound': join.soundedAtMs,
  };
  return Object.fromEntries(
    Object.entries(at).map(([name, atMs]) => [
      name,
      atMs === undefined ? undefined : atMs - join.clickedAtMs,
    ]),
  );
};

interface Measured {
  start: Start;
  roundTripMs: number;
  join: Join;
  events: readonly WireEvent[];
}

/** Reads the figures of one join out of the path's log. */
export const toSample = ({ start, roundTripMs, join, events }: Measured): Sample => {
  const steps = toSteps(events, join);
  const chain = longestChain(steps, join);
  return {
    start,
    roundTripMs,
    clickedAtMs: join.clickedAtMs,
    firstSoundMs: join.soundedAtMs - join.clickedAtMs,
    chain,
    trips: countTurns(chain),
    byProtocol: countByProtocol(steps),
    pathRoundTripMs:
      2 * summarize(steps.map(({ sentAtMs, deliveredAtMs }) => deliveredAtMs - sentAtMs)).median,
    phases: readPhases(steps, join),
  };
};

/** The chain in words, with milliseconds after the click: → to the server, ← from it. */
export const describeChain = ({ chain, clickedAtMs }: Sample): string[] =>
  chain.map(({ up, label, protocol, sentAtMs, deliveredAtMs }) => {
    const from = Math.round(sentAtMs - clickedAtMs);
    const to = Math.round(deliveredAtMs - clickedAtMs);
    return `  ${up ? '→' : '←'} ${`${from}`.padStart(5)} to ${`${to}`.padStart(5)} ms  ${protocol} ${label}`;
  });
