import { AppError, type Attachment, createStore } from '@boltorezka/sdk';
import { describe, expect, it, vi } from 'vitest';
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
  fail: (code?: 'Unavailable' | 'PayloadTooLarge') => void;
}

const start = () => {
  const sent: Sent[] = [];
  const discarded: string[] = [];
  const upload: Files['upload'] = (room, _file, { name, signal }) =>
    new Promise((resolve, reject) => {
      const finish = () => resolve(attachment(name));
      const fail: Sent['fail'] = (code = 'Unavailable') => reject(new AppError(code, 'No'));
      sent.push({ room, name, signal, finish, fail });
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
  const places = createUploadPlaces({ upload, discard, connection: { state } });
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
    expect(places.at(room).add(many)).toBe(2);
    expect(places.at(room).list.get()).toHaveLength(10);
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

describe('a file that failed', () => {
  it('for want of a connection goes when there is one, one after another', async () => {
    const { places, sent, names, list, state, reconnect } = start();
    places.at(room).add([file('a.txt'), file('b.txt')]);
    for (const one of sent) one.fail();
    await vi.waitFor(() => expect(list().map(({ isWaiting }) => isWaiting)).toEqual([true, true]));
    state.set({ status: 'reconnecting' });
    expect(names()).toEqual(['a.txt', 'b.txt']);
    reconnect();
    expect(names()).toEqual(['a.txt', 'b.txt', 'a.txt']);
    expect(list()[0]).toMatchObject({ error: null, isWaiting: false });
    sent[2]?.finish();
    await vi.waitFor(() => expect(names()).toEqual(['a.txt', 'b.txt', 'a.txt', 'b.txt']));
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
    places.at(room).add([file('a.txt'), file('large.txt')]);
    sent[1]?.fail('PayloadTooLarge');
    for (let turn = 1; turn <= 6; turn += 1) {
      sent.findLast(({ name }) => name === 'a.txt')?.fail();
      await vi.waitFor(() =>
        expect(list()[0]).toMatchObject({ isWaiting: turn < 6, error: { code: 'Unavailable' } }),
      );
      reconnect();
    }
    expect(names()).toEqual(['a.txt', 'large.txt', ...Array.from({ length: 5 }, () => 'a.txt')]);
    expect(list()[1]).toMatchObject({ isWaiting: false, error: { code: 'PayloadTooLarge' } });
    // Whoever presses the button begins anew.
    places.at(room).retry(1);
    sent.at(-1)?.fail();
    await vi.waitFor(() => expect(list()[0]?.isWaiting).toBe(true));
  });
});
