import { AppError, type IceParameters } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createUnanswered } from '../failures.ts';
import { createIceKeeper, type IceKeeper } from './ice-keeper.ts';

const named = (usernameFragment: string): IceParameters => ({
  usernameFragment,
  password: 'p',
  iceLite: true,
});

const away = () => new AppError('Unavailable', 'No socket', { retryable: true });

/** A transport whose server answers with the next letter, and whose network is what a test makes of it. */
class Rig {
  readonly applied: string[] = [];
  readonly iceServers: unknown[] = [];
  asked = 0;
  hopeless = 0;
  received = 0;
  /** Instead of an answer. */
  failure: Error | null = null;
  relays: { urls: string[] }[] = [];
  /** How often the browser still refuses. */
  brokenApplies = 0;
  readonly keeper: IceKeeper = createIceKeeper({
    iceParameters: named('a'),
    request: async () => {
      this.asked += 1;
      if (this.failure) throw this.failure;
      return { iceParameters: named('abcdefghijk'[this.asked] ?? '?'), iceServers: this.relays };
    },
    apply: async ({ usernameFragment }) => {
      this.applied.push(usernameFragment);
      if (this.brokenApplies-- > 0) throw new Error('not now');
    },
    onIceServers: (servers) => {
      this.iceServers.push(servers);
    },
    readReceived: async () => this.received,
    onHopeless: () => {
      this.hopeless += 1;
    },
    log: () => undefined,
  });
}

let rig: Rig;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Connected, with a spare at hand. */
beforeEach(async () => {
  vi.useFakeTimers();
  rig = new Rig();
  rig.keeper.handleConnected();
  await pass(2_000);
});
afterEach(() => {
  rig.keeper.close();
  vi.useRealTimers();
});

describe('a transport that is connected', () => {
  it('has spare ICE parameters asked for once, and uses none of them', async () => {
    await pass(60_000);
    expect([rig.asked, rig.applied]).toEqual([1, []]);
  });

  it('is given the relays of its latest answer: their credentials live minutes', async () => {
    rig.relays = [{ urls: ['turn:relay.example'] }];
    rig.keeper.handleNetworkChange();
    await pass(60);
    rig.received = 1;
    await pass(5_000);
    expect(rig.iceServers.at(-1)).toEqual(rig.relays);
  });
});

describe('a transport whose network is lost', () => {
  it('restarts with the spare at once, and by turns for as long as it lasts, without a server', async () => {
    rig.failure = away();
    rig.keeper.handleLost();
    await pass(400);
    expect(rig.applied).toEqual(['b', 'a', 'b']);
    await pass(90_000);
    expect(rig.applied.length).toBeGreaterThan(80);
    expect(new Set(rig.applied)).toEqual(new Set(['a', 'b']));
    expect(rig.hopeless).toBe(0);
    // Nobody holds the seat for ever: from then on it is the socket's turn.
    await pass(3_600_000);
    expect(rig.applied.length).toBeLessThan(125);
  });

  it('stops when packets get through, and has another spare asked for', async () => {
    rig.failure = away();
    rig.keeper.handleLost();
    await pass(1_000);
    const restarts = rig.applied.length;
    rig.failure = null;
    rig.keeper.handleConnected();
    await pass(60_000);
    expect(rig.applied).toHaveLength(restarts);
    expect(rig.asked).toBe(2);
  });

  it('takes the server’s word as soon as it can be asked', async () => {
    rig.failure = away();
    rig.keeper.handleLost();
    await pass(100);
    rig.failure = null;
    rig.keeper.handleOnline();
    await pass(0);
    expect(rig.applied.at(-1)).toBe('c');
  });

  it('goes on trying where the browser refuses a restart', async () => {
    rig.brokenApplies = 2;
    rig.keeper.handleLost();
    await pass(600);
    expect(rig.applied.length).toBeGreaterThan(2);
    expect(rig.hopeless).toBe(0);
  });

  it('is not given up by a socket that does not speak for the seat yet', async () => {
    rig.failure = new AppError('NotInVoice', 'Resume first');
    rig.keeper.handleLost();
    await pass(3_500);
    expect(rig.hopeless).toBe(0);
    // It never will.
    await pass(10_000);
    expect(rig.hopeless).toBe(1);
  });

  it('has its spare tried first, whatever the server said of it before the loss', async () => {
    rig.failure = new AppError('NotFound', 'No such transport');
    rig.keeper.handleNetworkChange();
    await pass(60);
    rig.received = 1;
    await pass(3_000);
    expect(rig.hopeless).toBe(0);
    rig.keeper.handleLost();
    await pass(200);
    expect(rig.hopeless).toBe(0);
    expect(rig.applied.length).toBeGreaterThan(1);
  });

  it('looks for a way again when another loss is told after it has given up', async () => {
    rig.failure = away();
    rig.keeper.handleLost();
    await pass(3_600_000);
    const tries = rig.applied.length;
    rig.keeper.handleLost();
    await pass(1_000);
    expect(rig.applied.length).toBeGreaterThan(tries);
  });

  it('is hopeless where the server knows it no more', async () => {
    rig.failure = new AppError('NotFound', 'No such transport');
    rig.keeper.handleLost();
    await pass(3_000);
    expect(rig.hopeless).toBe(1);
  });

  it('is hopeless where restarts by the server’s word bring nothing', async () => {
    rig.keeper.handleLost();
    await pass(30_000);
    expect(rig.hopeless).toBe(1);
  });

  it('is hopeless where its checks are answered and yet nothing flows', async () => {
    rig.keeper.handleLost();
    const coming = setInterval(() => {
      rig.received += 1;
    }, 10);
    await pass(3_000);
    clearInterval(coming);
    expect(rig.hopeless).toBe(1);
  });
});

describe('a transport whose network has changed', () => {
  it('is restarted once for all events of one change, where the first way gets through', async () => {
    for (let events = 0; events < 3; events += 1) rig.keeper.handleNetworkChange();
    await pass(60);
    expect(rig.applied).toEqual(['b']);
    rig.received = 1;
    await pass(60_000);
    expect(rig.applied).toEqual(['b']);
    expect(rig.asked).toBe(2);
  });

  it('is restarted again and again until something comes in', async () => {
    rig.keeper.handleNetworkChange();
    await pass(500);
    expect(rig.applied).toEqual(['b', 'a', 'b']);
  });
});

describe('an answer that was lost', () => {
  it('is made good: what the server says next is used, since what is in use may hold no more', async () => {
    rig.failure = createUnanswered('lost');
    rig.keeper.handleNetworkChange();
    await pass(60);
    rig.received = 1;
    await pass(4_000);
    expect(rig.applied).toEqual(['b']);
    rig.failure = null;
    rig.keeper.handleConnected();
    await pass(2_000);
    expect(rig.applied).toEqual(['b', 'd']);
  });
});

describe('a transport that is closed', () => {
  it('is left alone, twice', async () => {
    rig.keeper.handleLost();
    rig.keeper.close();
    rig.keeper.close();
    await pass(60_000);
    rig.keeper.handleNetworkChange();
    rig.keeper.handleOnline();
    await pass(60_000);
    expect(rig.applied.length).toBeLessThanOrEqual(1);
    expect(rig.asked).toBe(1);
  });
});
