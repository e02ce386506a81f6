import { describe, expect, it } from 'vitest';
import type { Protocol, WireEvent } from './relay/wire.ts';
import { countByProtocol, countTurns, fitLine, longestChain, toSteps } from './round-trips.ts';

const oneWayMs = 50;

const message = (
  up: boolean,
  sentAtMs: number,
  [protocol, label, flow]: [Protocol, string, string?],
): WireEvent => ({
  protocol,
  label,
  flow: flow ?? (protocol === 'signaling' ? 'tcp 1' : 'udp 1'),
  up,
  sentAtMs,
  deliveredAtMs: sentAtMs + oneWayMs,
});
const up = (sentAtMs: number, ...what: [Protocol, string, string?]) => message(true, sentAtMs, what);
const down = (sentAtMs: number, ...what: [Protocol, string, string?]) => message(false, sentAtMs, what);

/** A join of one request, then the path, a handshake of two flights each way, and sound: four round trips. */
const join = [
  up(0, 'signaling', 'voice.join'),
  down(50, 'signaling', 'ack voice.join'),
  up(100, 'stun', 'request'),
  down(150, 'stun', 'answer'),
  up(200, 'dtls', 'ClientHello'),
  down(250, 'dtls', 'ServerHello'),
  up(300, 'dtls', 'Certificate'),
  down(350, 'rtp', 'sound'),
];
const window = { clickedAtMs: 0, attachedAtMs: 120, soundedAtMs: 430 };

const tripsOf = (events: WireEvent[], at = window) => countTurns(longestChain(toSteps(events, at), at));

describe('round trips', () => {
  it('are counted along what waits for what', () => {
    expect(tripsOf(join)).toBe(4);
    expect(countByProtocol(toSteps(join, window))).toEqual({ http: 0, signaling: 1, ice: 1, dtls: 1 });
  });

  it('do not grow with what goes on at the same time', () => {
    const beside = [
      up(100, 'signaling', 'voice.produce'),
      down(150, 'signaling', 'ack voice.produce'),
      up(100, 'stun', 'request', 'udp 2'),
      down(150, 'stun', 'answer', 'udp 2'),
    ];
    expect(tripsOf([...join, ...beside])).toBe(4);
  });

  it('take no answer for that to another question', () => {
    const beside = [up(90, 'signaling', 'voice.produce'), down(145, 'signaling', 'ack voice.produce')];
    const chain = longestChain(toSteps([...join, ...beside], window), window);
    expect(chain.map(({ label }) => label)).toEqual(join.map(({ label }) => label));
  });

  it('leave out chatter, repeated checks of the path, and what was sent before the click', () => {
    const noise = [
      up(-10, 'signaling', 'chat.send'),
      down(60, 'signaling', 'voice.speakers'),
      up(250, 'stun', 'request'),
      down(300, 'stun', 'answer'),
      up(120, 'rtp', 'sound'),
      down(370, 'rtp', 'sound'),
    ];
    expect(toSteps([...join, ...noise], window)).toEqual(join);
  });

  it('go on to what let the page play, where that comes after the first packet of sound', () => {
    const late = [
      up(400, 'signaling', 'voice.produce'),
      down(450, 'signaling', 'ack voice.produce'),
      up(500, 'signaling', 'voice.other'),
    ];
    const at = { clickedAtMs: 0, attachedAtMs: 505, soundedAtMs: 560 };
    const chain = longestChain(toSteps([...join, ...late], at), at);
    expect(chain.at(-1)?.label).toBe('ack voice.produce');
    expect(countTurns(chain)).toBe(5);
  });

  it('are none where nothing was asked', () => {
    expect(countTurns([])).toBe(0);
    expect(tripsOf([down(10, 'rtp', 'sound')])).toBe(0);
  });
});

describe('a line through points', () => {
  it('has the slope and the beginning of what lies on one', () => {
    const points = [0, 50, 100].map((x) => ({ x, y: 230 + 4 * x }));
    expect(fitLine(points)).toEqual({ slope: 4, intercept: 230 });
  });
});
