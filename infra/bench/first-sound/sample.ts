import { summarize } from '../report.ts';
import type { Join } from './listener.ts';
import { type Phases, readPhases } from './phases.ts';
import type { WireEvent } from './relay/wire.ts';
import { countByProtocol, countTurns, longestChain, toSteps } from './round-trips.ts';
import type { Client, Start } from './starts.ts';

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
  phases: Phases;
}

interface Measured {
  client: Client;
  start: Start;
  roundTripMs: number;
  join: Join;
  events: readonly WireEvent[];
}

/** Reads the figures of one join out of the path's log. */
export const toSample = ({ client, start, roundTripMs, join, events }: Measured): Sample => {
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
    phases: readPhases(client, steps, join),
  };
};

/** The chain in words, with milliseconds after the click: → to the server, ← from it. */
export const describeChain = ({ chain, clickedAtMs }: Sample): string[] =>
  chain.map(({ up, label, protocol, sentAtMs, deliveredAtMs }) => {
    const from = Math.round(sentAtMs - clickedAtMs);
    const to = Math.round(deliveredAtMs - clickedAtMs);
    return `  ${up ? '→' : '←'} ${`${from}`.padStart(5)} to ${`${to}`.padStart(5)} ms  ${protocol} ${label}`;
  });
