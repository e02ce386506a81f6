import { describe, expect, it } from 'vitest';
import { createTurn, type TurnMeans } from './browser-turn.ts';

/** Lets whatever was granted or lost be told. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Two pages of one browser: Node has its Web Locks and BroadcastChannel, which are the same as a browser's. */
const enter = (userId: string, means: Partial<TurnMeans> = {}) => {
  const told: string[] = [];
  const turn = createTurn(
    { locks: navigator.locks, createChannel: (name) => new BroadcastChannel(name), ...means },
    userId,
    {
      onTurn: () => told.push('turn'),
      onTurnLost: () => told.push('lost'),
      onChanged: () => told.push('changed'),
    },
  );
  return { turn, told };
};

describe('the turn to send, among the pages of one browser', () => {
  it('is the first page’s, and the next one’s when that is closed', async () => {
    const first = enter('a');
    await settle();
    const second = enter('a');
    await settle();
    expect([first.told, second.told]).toEqual([['turn'], []]);
    first.turn.leave();
    await settle();
    expect([first.told, second.told]).toEqual([['turn'], ['turn']]);
    second.turn.leave();
  });

  it('is taken by the page that somebody writes in, and taken back, and comes back when that one is closed', async () => {
    const first = enter('b');
    await settle();
    const second = enter('b');
    second.turn.take();
    second.turn.take();
    await settle();
    expect([first.told, second.told]).toEqual([['turn', 'lost'], ['turn']]);
    first.turn.take();
    await settle();
    expect([first.told, second.told]).toEqual([
      ['turn', 'lost', 'turn'],
      ['turn', 'lost'],
    ]);
    first.turn.leave();
    await settle();
    expect(second.told).toEqual(['turn', 'lost', 'turn']);
    second.turn.leave();
  });

  it('is each person’s own', async () => {
    const ann = enter('c');
    const bob = enter('d');
    await settle();
    expect([ann.told, bob.told]).toEqual([['turn'], ['turn']]);
    ann.turn.leave();
    bob.turn.leave();
  });

  it('is every page’s where the browser has no locks', () => {
    const first = enter('e', { locks: undefined });
    const second = enter('e', { locks: undefined });
    expect([first.told, second.told]).toEqual([['turn'], ['turn']]);
    first.turn.leave();
    second.turn.leave();
  });

  it('is every page’s where the browser refuses its locks, which are asked for once', async () => {
    let timesAsked = 0;
    const request = () => {
      timesAsked += 1;
      return Promise.reject(new DOMException('Not here', 'SecurityError'));
    };
    const { turn, told } = enter('g', { locks: { request } as TurnMeans['locks'] });
    await settle();
    turn.take();
    await settle();
    expect([told, timesAsked]).toEqual([['turn'], 1]);
    turn.leave();
  });

  it('lets the others know that what is kept has changed, and tells nothing after it was left', async () => {
    const first = enter('f');
    const second = enter('f');
    await settle();
    first.turn.announce();
    await expect.poll(() => second.told).toEqual(['changed']);
    second.turn.leave();
    first.turn.announce();
    first.turn.leave();
    await settle();
    expect(second.told).toEqual(['changed']);
    expect(first.told).toEqual(['turn']);
  });
});
