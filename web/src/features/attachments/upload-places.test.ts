import { AppError, type Attachment, createStore, type ErrorCode } from '@boltorezka/sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Files } from './files.ts';
import { createUploadPlaces } from './upload-places.ts';

const attachment = (name: string): Attachment => ({
  id: name,
  name,
  mediaType: 'text/plain',
  sizeBytes: 1,
  hasThumbnail: false,
});

interface Sent {
  room: string;
  name: string;
  signal: AbortSignal | undefined;
  finish: () => void;
  fail: (code?: ErrorCode, retryAfterMs?: number) => void;
  /** All of it has left. */
  leave: () => void;
}

const start = () => {
  const sent: Sent[] = [];
  const discarded: string[] = [];
  const upload: Files['upload'] = (room, _file, { name, signal, onProgress }) =>
    new Promise((resolve, reject) => {
      const leave = () => onProgress?.({ sentBytes: 1, totalBytes: 1 });
      const finish = () => resolve(attachment(name));
      const fail: Sent['fail'] = (code = 'Unavailable', retryAfterMs) =>
        reject(new AppError(code, 'No', retryAfterMs === undefined ? {} : { retryAfterMs }));
      sent.push({ room, name, signal, finish, fail, leave });
    });
  const discard: Files['discard'] = (id) => {
    discarded.push(id);
    return Promise.reject(new AppError('Unavailable', 'No'));
  };
  const state = createStore<{ status: 'online' | 'reconnecting' }>({ status: 'online' });
  const reconnect = () => {
    state.set({ status: 'reconnecting' });
    state.set({ status: 'online' });
  };
  const places = createUploadPlaces({
    ...{ upload, discard, connection: { state, onEvent: () => () => undefined } },
    sendAway: () => undefined,
    isReachable: () => true,
  });
  const names = () => sent.map(({ name }) => name);
  const list = () => places.at(room).list.get();
  return { sent, discarded, names, list, places, state, reconnect };
};

const room = { roomSlug: 'design' };
const file = (name: string) => new File(['x'], name);

describe('files that were chosen', () => {
  it('stay with their place and go up there, whoever looks at it meanwhile', async () => {
    const { places, sent } = start();
    places.at(room).add([file('a.txt')]);
    expect(places.at({ ...room, threadRootId: 'root' }).list.get()).toEqual([]);
    sent[0]?.finish();
    await expect.poll(() => places.at(room).list.get()[0]?.attachment?.name).toBe('a.txt');
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([false]);
  });

  it('are cut off where they are taken back, or somebody else signs in', () => {
    const { places, sent } = start();
    places.at(room).add([file('a.txt'), file('b.txt')]);
    places.at(room).remove(1);
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
    places.clear();
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
    expect(places.at(room).list.get()).toEqual([]);
  });

  it('are not more than a message takes', () => {
    const { places } = start();
    const many = Array.from({ length: 12 }, (_, n) => file(`${n}.txt`));
    expect(places.at(room).add(many)).toEqual({ tooMany: 2, empty: 0 });
    expect(places.at(room).list.get()).toHaveLength(10);
  });

  it('are none that hold nothing: the server takes none of those', () => {
    const { places, names } = start();
    expect(places.at(room).add([new File([], 'empty.txt'), file('a.txt')])).toEqual({ tooMany: 0, empty: 1 });
    expect(names()).toEqual(['a.txt']);
  });

  it('are not cut off once the server has all of them, but deleted there', async () => {
    const { places, sent, discarded } = start();
    places.at(room).add([file('a.txt'), file('b.txt')]);
    for (const one of sent) one.leave();
    places.at(room).remove(1);
    let isTaken = false;
    const taken = places.takeBack().then(() => {
      isTaken = true;
    });
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([false, false]);
    sent[0]?.finish();
    await vi.waitFor(() => expect(discarded).toEqual(['a.txt']));
    expect(isTaken).toBe(false);
    sent[1]?.finish();
    await taken;
    expect(discarded).toEqual(['a.txt', 'b.txt']);
  });

  it('take up none of their owner’s space where they are taken back, and stay where they are sent', async () => {
    const { places, sent, list, discarded } = start();
    places.at(room).add([file('a.txt'), file('b.txt'), file('late.txt')]);
    sent[0]?.finish();
    sent[1]?.finish();
    await vi.waitFor(() => expect(list().filter((one) => one.attachment)).toHaveLength(2));
    places.at(room).remove(1);
    // The server has had it already when it was taken back.
    places.at(room).remove(3);
    sent[2]?.finish();
    await vi.waitFor(() => expect(discarded).toEqual(['a.txt', 'late.txt']));
    places.at(room).clear();
    expect(discarded).toEqual(['a.txt', 'late.txt']);
  });
});

describe('all that was chosen', () => {
  it('is named by its places, and taken back at once, the server asked for what it has', async () => {
    const { places, sent, list, discarded } = start();
    const thread = { ...room, threadRootId: 'root' };
    places.at(room).add([file('a.txt'), file('b.txt')]);
    places.at(thread).add([file('c.txt')]);
    places.at({ roomSlug: 'empty' });
    sent[0]?.finish();
    await vi.waitFor(() => expect(list()[0]?.attachment).not.toBe(null));
    expect(places.chosen().map(({ place, list: { length } }) => [place, length])).toEqual([
      [room, 2],
      [thread, 1],
    ]);
    const taken = places.takeBack();
    expect([places.chosen(), sent[1]?.signal?.aborted, sent[2]?.signal?.aborted]).toEqual([[], true, true]);
    // The server did not answer: it deletes the file by itself.
    await taken;
    expect(discarded).toEqual(['a.txt']);
  });
});

describe('a file that failed', () => {
  it('for want of a connection goes when there is one', async () => {
    const { places, sent, names, list, state, reconnect } = start();
    places.at(room).add([file('a.txt'), file('b.txt')]);
    for (const one of sent) one.fail();
    await vi.waitFor(() => expect(list().map(({ isWaiting }) => isWaiting)).toEqual([true, true]));
    state.set({ status: 'reconnecting' });
    expect(names()).toEqual(['a.txt', 'b.txt']);
    reconnect();
    expect(names()).toEqual(['a.txt', 'b.txt', 'a.txt', 'b.txt']);
    expect(list()[0]).toMatchObject({ error: null, isWaiting: false });
  });

  it('when there is another connection already goes at once', async () => {
    const { places, sent, names, reconnect } = start();
    places.at(room).add([file('a.txt')]);
    reconnect();
    sent[0]?.fail();
    await vi.waitFor(() => expect(names()).toEqual(['a.txt', 'a.txt']));
  });

  it('again and again is left to its owner, and so is one that the server refuses', async () => {
    const { places, sent, names, list, reconnect } = start();
    places.at(room).add([file('a.txt'), file('large.txt'), file('a folder')]);
    sent[1]?.fail('PayloadTooLarge');
    sent[2]?.fail('ValidationError');
    for (let turn = 1; turn <= 6; turn += 1) {
      sent.findLast(({ name }) => name === 'a.txt')?.fail();
      await vi.waitFor(() =>
        expect(list()[0]).toMatchObject({ isWaiting: turn < 6, error: { code: 'Unavailable' } }),
      );
      reconnect();
    }
    expect(names()).toEqual(['a.txt', 'large.txt', 'a folder', ...Array.from({ length: 5 }, () => 'a.txt')]);
    expect(list()[1]).toMatchObject({ isWaiting: false, error: { code: 'PayloadTooLarge' } });
    // Whoever presses the button begins anew.
    places.at(room).retry(1);
    sent.at(-1)?.fail();
    await vi.waitFor(() => expect(list()[0]?.isWaiting).toBe(true));
  });
});

describe('a file that the server does not take now', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('goes by itself without another connection, each time after twice as long, five times', async () => {
    const { places, sent, list } = start();
    places.at(room).add([file('a.txt')]);
    for (const [turn, waitMs] of [2_000, 4_000, 8_000, 16_000, 32_000].entries()) {
      sent.at(-1)?.fail();
      await pass(waitMs - 1);
      expect(list()[0]).toMatchObject({ isWaiting: true });
      expect(sent).toHaveLength(turn + 1);
      await pass(1);
      expect(list()[0]).toMatchObject({ error: null, isWaiting: false });
      expect(sent).toHaveLength(turn + 2);
    }
    sent.at(-1)?.fail();
    await pass(1_000_000);
    expect(sent).toHaveLength(6);
    expect(list()[0]).toMatchObject({ isWaiting: false, error: { code: 'Unavailable' } });
  });

  it('waits for half an hour while another device of the same person has its files under way', async () => {
    const { places, sent, list } = start();
    places.at(room).add([file('a.txt')]);
    for (let tries = 0; tries < 60; tries += 1) {
      sent.at(-1)?.fail('RateLimited');
      await pass(30_000);
      expect(sent).toHaveLength(tries + 2);
    }
    // What fails for another reason has all of its own tries still.
    sent.at(-1)?.fail();
    await pass(2_000);
    sent.at(-1)?.fail('RateLimited');
    await pass(1_000_000);
    expect(sent).toHaveLength(62);
    expect(list()[0]).toMatchObject({ isWaiting: false, error: { code: 'RateLimited' } });
  });

  it('goes when the server says, and for too many at a time in five seconds at the earliest', async () => {
    const { places, sent, list } = start();
    places.at(room).add([file('a.txt'), file('b.txt')]);
    sent[0]?.fail('Unavailable', 7_000);
    sent[1]?.fail('RateLimited');
    await pass(4_999);
    expect(list().map(({ isWaiting }) => isWaiting)).toEqual([true, true]);
    expect(sent).toHaveLength(2);
    await pass(1);
    expect(sent.map(({ name }) => name)).toEqual(['a.txt', 'b.txt', 'b.txt']);
    await pass(2_000);
    expect(sent.map(({ name }) => name)).toEqual(['a.txt', 'b.txt', 'b.txt', 'a.txt']);
  });

  it('waits for a connection where there is none any more, and goes once', async () => {
    const { places, sent, list, state } = start();
    places.at(room).add([file('a.txt')]);
    sent[0]?.fail();
    await pass(0);
    state.set({ status: 'reconnecting' });
    await pass(60_000);
    expect(sent).toHaveLength(1);
    expect(list()[0]).toMatchObject({ isWaiting: true });
    state.set({ status: 'online' });
    expect(sent).toHaveLength(2);
  });

  it('is tried no more where it was taken back, and once where its owner was faster', async () => {
    const { places, sent } = start();
    places.at(room).add([file('a.txt'), file('b.txt')]);
    for (const one of sent) one.fail();
    await pass(0);
    places.at(room).remove(1);
    places.at(room).retry(2);
    sent[2]?.fail();
    await pass(1_999);
    expect(sent.map(({ name }) => name)).toEqual(['a.txt', 'b.txt', 'b.txt']);
    expect(vi.getTimerCount()).toBe(1);
  });
});

describe('many files', () => {
  it('go three at a time, wherever they were chosen, without those that were taken back meanwhile', async () => {
    const { places, sent, names, list } = start();
    const elsewhere = places.at({ roomSlug: 'another' });
    places.at(room).add(['a', 'b', 'back', 'c'].map(file));
    elsewhere.add([file('d')]);
    expect(names()).toEqual(['a', 'b', 'back']);
    expect(list().map(({ hasTurn }) => hasTurn)).toEqual([true, true, true, false]);
    places.at(room).remove(4);
    places.at(room).add([file('e')]);
    sent[0]?.finish();
    await vi.waitFor(() => expect(names()).toEqual(['a', 'b', 'back', 'd']));
    // What is cut off ends as well.
    places.at(room).remove(3);
    sent[2]?.fail();
    await vi.waitFor(() => expect(names()).toEqual(['a', 'b', 'back', 'd', 'e']));
    expect(list().map(({ error }) => error)).toEqual([null, null, null]);
    expect(elsewhere.list.get()).toMatchObject([{ hasTurn: true }]);
  });
});
