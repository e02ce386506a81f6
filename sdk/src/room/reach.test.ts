import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig, texts } from '../../test/chat-rig.ts';
import { epoch, message, roomId, roomOf } from '../../test/fixtures.ts';
import { user } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { OpenRoom } from '../types/room.ts';

const path = 'GET /v1/rooms/general/messages';
const most = 200;

describe('a room that much is written to', () => {
  let rig: ChatRig;
  let room: OpenRoom;
  /** What the history was asked for, in its order. */
  let asked: string[];

  /** Others write so many messages more, and all of them have come. */
  const come = async (count: number): Promise<void> => {
    const { log } = rig.room;
    for (let n = 0; n < count; n += 1) {
      const next = message(log.length + 1);
      log.push(next);
      rig.server.sockets.at(-1)?.sendEvent('chat.message', next);
    }
    await rig.client.connection.request('ping', {});
  };
  const seqs = () => room.state.get().messages.map(({ seq }) => seq);
  const stretch = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

  beforeEach(async () => {
    rig = await createChatRig({ pageSize: 50, maxLoadedMessages: most });
    rig.room.log = stretch(1, 60).map((seq) => message(seq));
    asked = [];
    const answer = rig.server.rest.get(path)!;
    rig.server.rest.set(path, (request) => {
      asked.push([...request.query.keys()].find((name) => /^(before|after|around)/.test(name)) ?? 'newest');
      return answer(request);
    });
    room = await rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('holds the newest alone while they are looked at, however long it is open, and reads the rest anew', async () => {
    for (let n = 0; n < 5; n += 1) {
      await come(90);
      expect(room.state.get().messages.length).toBeLessThanOrEqual(most);
      expect(seqs()).toEqual(stretch(seqs()[0]!, rig.room.log.length));
    }
    expect(asked).toEqual(['newest']);
    const oldest = seqs()[0]!;
    await room.loadOlder();
    expect(seqs()[0]).toBe(oldest - 50);
    while (room.state.get().hasOlder) await room.loadOlder();
    expect(seqs()[0]).toBe(1);
    expect(seqs().length).toBeLessThanOrEqual(most);
    while (!room.state.get().isAtNewest) await room.loadNewer();
    expect(seqs()).toEqual(stretch(seqs()[0]!, 510));
  });

  it('lets go of the newest for who looks further back; they are counted, and shown again without a question', async () => {
    await come(130);
    room.lookAt(30);
    await come(30);
    expect(room.state.get()).toMatchObject({ isAtNewest: false, hasNewer: true });
    expect(seqs()).toContain(30);
    const { newerCount } = room.state.get();
    const shown = seqs();
    await come(7);
    rig.server.sockets.at(-1)?.sendEvent('chat.message', message(228, { ...user, userId: user.id }));
    await rig.client.connection.request('ping', {});
    expect(room.state.get().newerCount).toBe(newerCount + 7);
    expect(seqs()).toEqual(shown);
    const count = asked.length;
    room.returnToNewest();
    expect(room.state.get()).toMatchObject({ isAtNewest: true, newerCount: 0, hasOlder: true });
    expect(seqs().at(-1)).toBe(228);
    expect(asked).toHaveLength(count);
  });

  it('keeps what I wrote and the server does not have, and what I change of a message that was let go of', async () => {
    rig.server.handlers.set('chat.send', () => new Promise(() => undefined));
    rig.server.handlers.set('chat.edit', () => new Promise(() => undefined));
    room.send('on its way');
    room.edit(message(60).id, 'as it is to be');
    await come(300);
    expect(texts(room).at(-1)).toBe('on its way');
    expect(seqs()).not.toContain(60);
    await room.jumpTo(message(60).id);
    expect(room.state.get().messages.find(({ seq }) => seq === 60)).toMatchObject({
      text: 'as it is to be',
      change: { kind: 'edit' },
    });
    expect(seqs()).not.toContain(null);
    room.returnToNewest();
    expect(texts(room).at(-1)).toBe('on its way');
  });

  it('is shown around a position by one request, and by none where that is here', async () => {
    await come(400);
    asked.length = 0;
    await room.jumpToPosition(100);
    expect(seqs()).toEqual(stretch(75, 125));
    expect(room.state.get()).toMatchObject({ isAtNewest: false, hasOlder: true, hasNewer: true });
    await room.jumpToPosition(120);
    expect(asked).toEqual(['around_seq']);
    await room.jumpToPosition(450);
    expect(room.state.get().isAtNewest).toBe(true);
    expect(asked).toEqual(['around_seq']);
  });

  it('is shown around a time, which the first message of then or the last one before it stands for', async () => {
    await come(400);
    const { log } = rig.room;
    for (const one of log) one.createdAt = new Date(Date.UTC(2026, 0, 1, one.seq)).toISOString();
    asked.length = 0;
    expect(await room.jumpToTime(new Date(Date.UTC(2026, 0, 1, 100) - 1))).toBe(log[99]!.id);
    expect(seqs()).toEqual(stretch(75, 125));
    expect(await room.jumpToTime(new Date(Date.UTC(2027, 0)))).toBe(log.at(-1)!.id);
    expect(room.state.get().isAtNewest).toBe(true);
    expect(asked).toEqual(['around_time', 'around_time']);
  });

  it('says that a position cannot be shown, and what is shown stays', async () => {
    await come(300);
    const shown = seqs();
    rig.server.rest.set(path, () => ({ status: 503, body: { error: 'Unavailable' } }));
    await expect(room.jumpToPosition(10)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(seqs()).toEqual(shown);
  });

  it('takes no page of another log for one of its own', async () => {
    await come(300);
    const foreign = message(10, { epoch: '11111111-1111-4111-8111-111111111111' });
    const { seq, text, id } = foreign;
    const rest = { id, room_id: roomId, user_id: foreign.userId, user_name: 'Bob', text, seq };
    rig.server.rest.set(path, () => ({
      status: 200,
      body: {
        messages: [{ ...rest, created_at: foreign.createdAt, epoch: foreign.epoch }],
        next_cursor: null,
        newer_cursor: `${epoch}.10`,
      },
    }));
    await expect(room.jumpToPosition(10)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(room.state.get().isAtNewest).toBe(true);
  });

  it('has a line before what is unread also where that is not among what is shown', async () => {
    rig.server.handlers.set('chat.markRead', ({ seq }) => ({
      ack: { roomId, roomSlug: 'general', seq, messageCount: 60, unreadMentionCount: 0 },
    }));
    rig.server.rest.set('GET /v1/rooms', () => ({
      status: 200,
      body: {
        rooms: [{ ...roomOf(10, 'general'), message_count: 60, read: { seq: 1, message_count: 1 } }],
      },
    }));
    await rig.client.rooms.refresh();
    await come(140);
    room.markRead(200);
    await until(room.state, ({ readSeq }) => readSeq === 200);
    room.lookAt(30);
    await come(20);
    expect(seqs().at(-1)).toBeLessThan(200);
    room.moveUnreadLine();
    expect(room.state.get().unreadLineSeq).toBe(200);
  });
});
