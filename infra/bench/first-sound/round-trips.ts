import type { Protocol, WireEvent } from './relay/wire.ts';

/** What happened at the listener between the click and the first sound, wall time. */
export interface JoinWindow {
  clickedAtMs: number;
  /** The listener's page began to play the speaker. */
  attachedAtMs: number;
  soundedAtMs: number;
}

/** Said to everybody or again and again, whoever joins: nothing waits for it. */
const chatter = /^(ping|pong|ack ping|voice\.speakers|voice\.participant\w+|(lobby|presence|chat)\.\w+)$/;

const firstOnly: ReadonlySet<Protocol> = new Set(['stun', 'rtp']);

/**
 * What a join may wait for: without chatter, without the listener's own sound, and of what is repeated on a flow (checks
 * of the path, packets of sound) the first in each direction.
 */
export const toSteps = (
  events: readonly WireEvent[],
  { clickedAtMs, soundedAtMs }: JoinWindow,
): WireEvent[] => {
  const seen = new Set<string>();
  return events
    .filter((event) => event.sentAtMs >= clickedAtMs && event.deliveredAtMs <= soundedAtMs)
    .filter(({ protocol, label, up }) => {
      if (protocol === 'rtcp' || (protocol === 'rtp' && up)) return false;
      return !chatter.test(label);
    })
    .filter(({ protocol, flow, up }) => {
      if (!firstOnly.has(protocol)) return true;
      const key = `${protocol} ${flow} ${up}`;
      const isFirst = !seen.has(key);
      seen.add(key);
      return isFirst;
    })
    .toSorted((a, b) => a.sentAtMs - b.sentAtMs);
};

/**
 * The last message without which there is no sound: the first packet of it, or, where the page begins to play later, what
 * had arrived by then.
 */
const findLast = (steps: WireEvent[], { attachedAtMs }: JoinWindow): WireEvent | undefined => {
  const firstSound = steps.find(({ protocol }) => protocol === 'rtp');
  if (!firstSound || firstSound.deliveredAtMs >= attachedAtMs) return firstSound;
  return steps
    .filter(({ up, protocol, deliveredAtMs }) => !up && protocol !== 'rtp' && deliveredAtMs <= attachedAtMs)
    .toSorted((a, b) => a.deliveredAtMs - b.deliveredAtMs)
    .at(-1);
};

interface Link {
  event: WireEvent;
  depth: number;
  before: Link | undefined;
}

const deeper = (a: Link | undefined, b: Link): Link => {
  if (!a || b.depth > a.depth) return b;
  return b.depth === a.depth && b.event.deliveredAtMs >= a.event.deliveredAtMs ? b : a;
};

/**
 * Whether one may have waited for the other: an answer belongs to its own connection, a flight of a handshake to its own
 * flow or to what was agreed on the socket; only what the listener asks anew may follow from anything.
 */
const mayFollow = (event: WireEvent, before: WireEvent): boolean => {
  if (event.up === before.up || before.deliveredAtMs > event.sentAtMs) return false;
  const { label, protocol, up } = event;
  if (label.startsWith('ack ')) return label === `ack ${before.label}`;
  const isFree = up && protocol !== 'dtls';
  const isMedia = protocol === 'dtls' || protocol === 'rtp';
  return isFree || before.flow === event.flow || (isMedia && before.protocol === 'signaling');
};

/**
 * The longest chain of messages, each sent after the one before it had arrived, that ends with the sound. A round trip is
 * a message to the server with what came back after it. Where the path has a delay, a chain cannot hold more round trips
 * than there was time for; without one, it tells order alone.
 */
export const longestChain = (steps: WireEvent[], window: JoinWindow): WireEvent[] => {
  const last = findLast(steps, window);
  const links: Link[] = [];
  for (const event of steps) {
    const before = links
      .filter((link) => mayFollow(event, link.event))
      .reduce<Link | undefined>(deeper, undefined);
    // An answer makes a round trip of what it answers; what the server says unasked makes none.
    const depth = (before?.depth ?? 0) + (event.up || !before ? 0 : 1);
    links.push({ event, depth, before });
  }
  const chain: WireEvent[] = [];
  for (let link = links.find(({ event }) => event === last); link; link = link.before) {
    chain.unshift(link.event);
  }
  return chain;
};

/** How often an answer followed a question: the round trips of a chain, of a protocol or of a flow. */
export const countTurns = (events: WireEvent[]): number => {
  let turns = 0;
  let asked = false;
  for (const { up } of events) {
    if (!up && asked) turns += 1;
    asked = up;
  }
  return turns;
};

/** Round trips by what they were spent on; media is counted on the flow that the sound comes by. */
export const countByProtocol = (
  steps: WireEvent[],
): Record<'http' | 'signaling' | 'ice' | 'dtls', number> => {
  const soundFlow = steps.find(({ protocol }) => protocol === 'rtp')?.flow;
  const turnsOf = (...protocols: Protocol[]) =>
    countTurns(
      steps.filter(
        ({ protocol, flow }) =>
          protocols.includes(protocol) && (flow.startsWith('tcp') || flow === soundFlow),
      ),
    );
  return {
    http: turnsOf('tcp', 'http'),
    signaling: turnsOf('signaling'),
    ice: turnsOf('stun'),
    dtls: turnsOf('dtls'),
  };
};

/** Least squares: by how much y grows with x, and where it begins. */
export const fitLine = (points: { x: number; y: number }[]): { slope: number; intercept: number } => {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const covariance = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const slope = covariance / variance;
  return { slope, intercept: meanY - slope * meanX };
};
