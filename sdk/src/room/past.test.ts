import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig, texts } from '../../test/chat-rig.ts';
import { epoch, message, roomId } from '../../test/fixtures.ts';
import { holdJoins } from '../../test/outbox-rig.ts';
import { until } from '../../test/until.ts';
import type { OpenRoom } from '../types/room.ts';

const path = 'GET /v1/rooms/general/messages';

describe('the past of a room', () => {
  let rig: ChatRig;
  let room: OpenRoom;
  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const numbers = () => texts(room).map((text) => Number(text.split(' ')[1]));

  beforeEach(async () => {
    rig = await createChatRig();
    rig.room.log = Array.from({ length: 12 }, (_, index) => message(index + 1));
    room = await rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('is shown around a message, and read on in both directions up to the newest', async () => {
    await room.jumpTo(message(5).id);
    expect(room.state.get()).toMatchObject({ isAtNewest: false, hasOlder: true, hasNewer: true });
    expect(numbers()).toEqual([4, 5, 6]);
    await room.loadOlder();
    expect(numbers()).toEqual([2, 3, 4, 5, 6]);
    await room.loadNewer();
    expect(numbers()).toEqual([2, 3, 4, 5, 6, 7, 8]);
    // Said meanwhile: it is not shown in the past, and not missing afterwards.
    tell('chat.message', message(13));
    await rig.client.connection.request('ping', {});
    expect(numbers().at(-1)).toBe(8);
    await room.loadNewer();
    await room.loadNewer();
    expect(room.state.get()).toMatchObject({ isAtNewest: true, hasNewer: false });
    expect(numbers()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it('is shown once the room is entered to whoever asks for it before that', async () => {
    room.close();
    await rig.server.waitForRequest('room.leave');
    const enter = holdJoins(rig);
    room = rig.client.rooms.open('general');
    const ways = [room.jumpTo(message(5).id), room.jumpToPosition(5), room.jumpToTime(new Date(0))];
    await rig.server.waitForRequest('room.join', 2);
    enter();
    await Promise.all(ways);
    expect(numbers()[0]).toBeLessThan(11);
  });

  it('changes with the log while it is looked at', async () => {
    await room.jumpTo(message(5).id);
    const edited = { ...message(5, { revision: 13 }), text: 'edited' };
    tell('chat.messageChanged', { roomId, seq: 13, epoch, change: 'edited', message: edited });
    await until(room.state, ({ messages }) => messages.some(({ text }) => text === 'edited'));
  });

  it('needs no question where the message is there, or for the way back', async () => {
    let reads = 0;
    const answer = rig.server.rest.get(path)!;
    rig.server.rest.set(path, (request) => {
      reads += 1;
      return answer(request);
    });
    await room.jumpTo(message(12).id);
    expect(room.state.get().isAtNewest).toBe(true);
    await room.jumpTo(message(3).id);
    await room.jumpTo(message(4).id);
    room.returnToNewest();
    expect(room.state.get().isAtNewest).toBe(true);
    expect(numbers()).toEqual([11, 12]);
    expect(reads).toBe(1);
  });

  it('is left where something is written', async () => {
    await room.jumpTo(message(3).id);
    room.send('hello');
    expect(room.state.get()).toMatchObject({ isAtNewest: true });
    expect(texts(room).at(-1)).toBe('hello');
  });

  it('stays as it was where the message cannot be loaded, and says why', async () => {
    await expect(room.jumpTo(roomId)).rejects.toMatchObject({ code: 'NotFound' });
    rig.server.rest.set(path, () => ({ status: 503, body: { error: 'Unavailable' } }));
    await expect(room.jumpTo(message(3).id)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(room.state.get()).toMatchObject({ isAtNewest: true, historyError: null });
    expect(numbers()).toEqual([11, 12]);
  });

  it('takes in what happened while its page was on its way', async () => {
    const answer = rig.server.rest.get(path)!;
    let land: (() => void) | undefined;
    rig.server.rest.set(path, async (request) => {
      const page = await answer(request);
      await new Promise<void>((resolve) => {
        land = resolve;
      });
      return page;
    });
    const jumping = room.jumpTo(message(5).id);
    await expect.poll(() => land).toBeDefined();
    const gone = { ...message(5, { revision: 13 }), text: '', deletedAt: '2026-01-01T00:00:01.000Z' };
    tell('chat.messageChanged', { roomId, seq: 13, epoch, change: 'deleted', message: gone });
    await rig.client.connection.request('ping', {});
    land?.();
    await jumping;
    expect(room.state.get().messages[1]).toMatchObject({ isDeleted: true, text: '' });
  });
});
