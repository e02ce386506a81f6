import { AppError, type Attachment, type ErrorCode, type SendInput, type ServerEvent } from '@boltorezka/sdk';
import { describe, expect, it, vi } from 'vitest';
import { createUploadPlaces } from './upload-places.ts';

const attachmentOf = (name: string): Attachment => ({
  ...{ id: name, name, mediaType: 'text/plain', sizeBytes: 1, hasThumbnail: false },
});
type Reason = Extract<ServerEvent, { type: 'room.removed' }>['payload']['reason'];

const place = { roomSlug: 'design', threadRootId: 'root' };
const file = (name: string) => new File(['x'], name);

const start = () => {
  const ends = new Map<string, { finish: () => void; fail: (code: ErrorCode) => void }>();
  const away: unknown[] = [];
  const stuck: unknown[] = [];
  const discarded: string[] = [];
  const gone = new Set<string>();
  let tell = (_event: ServerEvent): void => undefined;
  const places = createUploadPlaces({
    upload: (_room, _file, { name }) =>
      new Promise((resolve, reject) => {
        const finish = () => resolve(attachmentOf(name));
        ends.set(name, { finish, fail: (code) => reject(new AppError(code, 'No')) });
      }),
    discard: (id) => Promise.resolve(void discarded.push(id)),
    connection: {
      state: { get: () => ({ status: 'online' }), subscribe: () => () => undefined },
      onEvent: (listener) => {
        tell = listener;
        return () => undefined;
      },
    },
    sendAway: (where, message) => void away.push([where, message]),
    isReachable: (roomSlug) => !gone.has(roomSlug),
  });
  places.onStuck((where, why) => void stuck.push([where, why]));
  const uploads = places.at(place);
  const finish = async (name: string) => {
    ends.get(name)?.finish();
    await vi.waitFor(() =>
      expect(uploads.list.get().some((one) => one.attachment?.name === name)).toBe(true),
    );
  };
  const sent: SendInput[] = [];
  const remove = (roomSlug: string, reason: Reason = 'kicked') =>
    tell({ type: 'room.removed', payload: { roomId: roomSlug, roomSlug, reason } });
  const attend = (isBusy = false, renewed?: SendInput) =>
    uploads.queue.attend({ isBusy, send: (message) => void sent.push(message) }, renewed);
  /** Its file is there, and its writer changes another message. */
  const queueBeneathEdit = async () => {
    const leave = attend();
    uploads.add([file('a')]);
    uploads.queue.put(look);
    leave();
    const leaveEdit = attend(true);
    await finish('a');
    return leaveEdit;
  };
  return {
    places,
    uploads,
    ends,
    finish,
    away,
    stuck,
    discarded,
    gone,
    remove,
    sent,
    attend,
    queueBeneathEdit,
  };
};

const look = { text: 'look' };
const whole = (...names: string[]) => ({ ...look, attachments: names.map(attachmentOf) });

describe('a message that waits for its files', () => {
  it('goes once with all of them, through whoever writes there', async () => {
    const { places, uploads, ends, finish, away, sent, attend } = start();
    attend();
    uploads.add([file('a'), file('b')]);
    uploads.queue.put(look);
    await finish('a');
    expect([sent, places.hasUnsent()]).toEqual([[], true]);
    ends.get('b')?.finish();
    await vi.waitFor(() => expect(sent).toEqual([whole('a', 'b')]));
    expect([uploads.list.get(), uploads.queue.queued.get(), places.hasUnsent(), away]).toEqual([
      ...[[], null, false, []],
    ]);
  });

  it('goes while its writer looks into another room', async () => {
    const { uploads, ends, away, sent, attend } = start();
    const leave = attend();
    uploads.add([file('a')]);
    uploads.queue.put(look);
    leave();
    ends.get('a')?.finish();
    await vi.waitFor(() => expect(away).toEqual([[place, whole('a')]]));
    expect([uploads.list.get(), sent]).toEqual([[], []]);
  });

  it('waits while its writer changes another message, and goes when they are done or leave', async () => {
    const { uploads, finish, away, sent, attend, queueBeneathEdit } = start();
    let leave = await queueBeneathEdit();
    expect([sent, away]).toEqual([[], []]);
    leave();
    leave = attend();
    expect(sent).toEqual([whole('a')]);
    leave();
    leave = attend(true);
    uploads.add([file('b')]);
    uploads.queue.put(look);
    await finish('b');
    leave();
    await vi.waitFor(() => expect(away).toEqual([[place, whole('b')]]));
    expect(sent).toHaveLength(1);
  });

  it('goes as it is written when its writer is done with another message, and not past them', async () => {
    const { away, sent, attend, queueBeneathEdit } = start();
    const leave = await queueBeneathEdit();
    leave();
    attend(false, { ...look, replyTo: 'another' });
    await Promise.resolve();
    expect([sent, away]).toEqual([[{ ...whole('a'), replyTo: 'another' }], []]);
  });

  it('is given back to its writer where a file fails for good, who is told where they are elsewhere', async () => {
    const { uploads, ends, away, stuck, sent, attend } = start();
    const leave = attend();
    uploads.add([file('a')]);
    uploads.queue.put(look);
    ends.get('a')?.fail('PayloadTooLarge');
    await vi.waitFor(() => expect(uploads.queue.queued.get()).toBe(null));
    expect(stuck).toEqual([]);
    leave();
    uploads.retry(1);
    uploads.queue.put(look);
    ends.get('a')?.fail('PayloadTooLarge');
    await vi.waitFor(() => expect(stuck).toEqual([[place, 'file']]));
    expect([sent, away, uploads.list.get().length]).toEqual([[], [], 1]);
  });

  it('goes without those that are taken back, and not at all where nothing is left or somebody else signs in', async () => {
    const { places, uploads, away, sent, attend } = start();
    attend();
    uploads.add([file('a')]);
    uploads.queue.put(look);
    uploads.remove(1);
    expect(sent).toEqual([look]);
    uploads.add([file('b')]);
    uploads.queue.put({ text: ' ' });
    uploads.remove(2);
    uploads.add([file('c')]);
    uploads.queue.put(look);
    places.clear();
    expect([sent.length, away, uploads.queue.queued.get()]).toEqual([1, [], null]);
  });
});

describe('a message whose file has failed for good', () => {
  /** Queued, and stuck, whether its writer is there or not. */
  const startStuck = async (isThere: boolean) => {
    const all = start();
    const { uploads, ends, attend } = all;
    const leave = attend();
    uploads.add([file('a')]);
    uploads.queue.put(look);
    if (!isThere) leave();
    ends.get('a')?.fail('PayloadTooLarge');
    await vi.waitFor(() => expect(uploads.queue.queued.get()).toBe(null));
    return all;
  };

  it.each([true, false])('is kept in mind until its writer does something about it', async (isThere) => {
    const { places, uploads, attend } = await startStuck(isThere);
    expect([places.stuck.get(), places.hasUnsent()]).toEqual([[place], true]);
    attend();
    expect(places.stuck.get()).toEqual([place]);
    uploads.queue.cancel();
    expect([places.stuck.get(), places.hasUnsent()]).toEqual([[], false]);
  });

  it('is stuck no more where that is taken back, tried again, or somebody else signs in', async () => {
    const acts: ((all: Awaited<ReturnType<typeof startStuck>>) => void)[] = [
      ({ uploads }) => uploads.remove(1),
      ({ uploads }) => uploads.retry(1),
      ({ places }) => places.clear(),
    ];
    for (const act of acts) {
      const all = await startStuck(false);
      act(all);
      expect(all.places.stuck.get()).toEqual([]);
    }
  });
});

describe('a message of who was sent out of the room', () => {
  it('does not go by itself and bring them back; they are told, and find it when they come again', async () => {
    const { places, uploads, finish, away, stuck, sent, remove, attend } = start();
    const leave = attend();
    uploads.add([file('a')]);
    remove('design');
    expect(stuck).toEqual([]);
    uploads.queue.put(look);
    remove('another');
    expect(uploads.queue.queued.get()).toEqual(look);
    remove('design');
    leave();
    await finish('a');
    await Promise.resolve();
    expect([sent, away, stuck]).toEqual([[], [], [[place, 'removed']]]);
    expect([places.stuck.get(), uploads.list.get().length]).toEqual([[place], 1]);
    attend();
    expect(places.stuck.get()).toEqual([]);
  });

  it('is known to who has come back also where they may not write', async () => {
    const { places, uploads, remove } = start();
    uploads.add([file('a')]);
    uploads.queue.put(look);
    remove('design');
    uploads.queue.handleReturned();
    expect([places.stuck.get(), places.hasUnsent(), uploads.list.get().length]).toEqual([[], false, 1]);
  });

  it('is told of and given up where there is no way back, and its files with it', async () => {
    const { places, uploads, ends, finish, stuck, discarded, gone, remove } = start();
    const room = places.at({ roomSlug: 'design' });
    room.add([file('failed')]);
    room.queue.put(look);
    ends.get('failed')?.fail('PayloadTooLarge');
    await vi.waitFor(() => expect(places.stuck.get()).toEqual([{ roomSlug: 'design' }]));
    uploads.add([file('a'), file('b')]);
    uploads.queue.put(look);
    await finish('a');
    gone.add('design');
    remove('design');
    expect(stuck.slice(1)).toEqual([
      [place, 'removed'],
      [{ roomSlug: 'design' }, 'removed'],
    ]);
    expect([places.chosen(), places.stuck.get(), places.hasUnsent()]).toEqual([[], [], false]);
    expect(discarded).toEqual(['a']);
  });

  it.each([
    { reason: 'banned', what: 'wait for who comes back after all', left: 1, taken: [] },
    { reason: 'closed', what: 'wait for a room that may open again', left: 1, taken: [] },
    { reason: 'kicked', what: 'are taken back where there is no way back', left: 0, taken: ['a'] },
  ] as const)('is given up alone: files that were only chosen $what', async ({ reason, left, taken }) => {
    const { places, uploads, finish, stuck, discarded, gone, remove } = start();
    uploads.add([file('a')]);
    await finish('a');
    gone.add('design');
    remove('design', reason);
    expect([places.chosen().length, stuck, discarded]).toEqual([left, [], taken]);
  });
});
