import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig, texts } from '../../test/chat-rig.ts';
import { epoch, joined, message } from '../../test/fixtures.ts';
import type { RestHandler } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { RoomState } from '../types.ts';

const path = 'GET /v1/rooms/general/messages';

describe('the history of a room', () => {
  let rig: ChatRig;
  let answer: RestHandler;

  beforeEach(async () => {
    rig = await createChatRig();
    answer = rig.server.rest.get(path)!;
    rig.room.log = [message(1), message(2), message(3)];
  });
  afterEach(async () => {
    await rig.close();
  });

  it('is loading from the moment that the room is joined, so that the room never seems empty', async () => {
    const room = rig.client.rooms.open('general');
    const seen: RoomState[] = [];
    room.state.subscribe(() => seen.push(room.state.get()));
    await until(room.state, ({ messages }) => messages.length === 2);
    await until(room.state, ({ loadingOlder }) => !loadingOlder);
    const joined = seen.filter(({ status }) => status === 'joined');
    expect(joined.length).toBeGreaterThan(1);
    // Whoever is not loading may be believed: there is something, and there is more before it.
    for (const state of joined.filter(({ loadingOlder }) => !loadingOlder)) {
      expect(state).toMatchObject({ hasOlder: true, messages: [{ seq: 2 }, { seq: 3 }] });
    }
  });

  it('says why it could not be loaded, and loads when it is asked for again', async () => {
    rig.server.rest.set(path, () => ({ status: 403, body: { error: 'Forbidden', message: 'No' } }));
    const room = rig.client.rooms.open('general');
    const { loadingOlder, status } = await until(room.state, ({ historyError }) => historyError !== null);
    expect({ loadingOlder, status }).toEqual({ loadingOlder: false, status: 'joined' });
    rig.server.rest.set(path, answer);
    await room.loadOlder();
    await until(room.state, ({ historyError }) => historyError === null);
    expect(texts(room)).toEqual(['message 2', 'message 3']);
  });

  it('is asked for again by itself where the server was only out of reach', async () => {
    let refusals = 2;
    rig.server.rest.set(path, (request) => {
      refusals -= 1;
      return refusals >= 0 ? { status: 503, body: { error: 'Unavailable' } } : answer(request);
    });
    const room = await rig.open();
    await until(room.state, ({ messages }) => messages.length === 2);
    expect(room.state.get().historyError).toBeNull();
  });

  it('says that an older page could not be loaded, and loads it the next time', async () => {
    const room = await rig.open();
    rig.server.rest.set(path, () => ({ status: 503, body: { error: 'Unavailable' } }));
    await room.loadOlder();
    expect(room.state.get()).toMatchObject({
      hasOlder: true,
      loadingOlder: false,
      historyError: { code: 'Unavailable' },
    });
    rig.server.rest.set(path, answer);
    await room.loadOlder();
    expect(room.state.get()).toMatchObject({ hasOlder: false, historyError: null });
    expect(texts(room)).toEqual(['message 1', 'message 2', 'message 3']);
  });

  it('is shown before the room is joined, and the joining goes on from there', async () => {
    let answerLeave: ((answer: { ack: unknown }) => void) | undefined;
    const { server, client } = rig;
    server.handlers.set('room.leave', () => new Promise((resolve) => (answerLeave = resolve)));
    (await rig.open()).close();
    await server.waitForRequest('room.leave');
    const room = client.rooms.open('general');
    await until(room.state, ({ messages }) => messages.length === 2);
    expect(room.state.get()).toMatchObject({ status: 'joining', hasOlder: true });
    server.handlers.set('room.join', () => ({
      ack: joined({ seq: 4, recovered: true, missed: [message(4)] }),
    }));
    answerLeave?.({ ack: { roomSlug: 'general' } });
    await until(room.state, ({ status }) => status === 'joined');
    expect(rig.requestsOf('room.join').at(-1)?.payload).toMatchObject({ epoch, afterSeq: 3 });
    expect(texts(room)).toEqual(['message 2', 'message 3', 'message 4']);
    await room.loadOlder();
    expect(texts(room)).toEqual(['message 1', 'message 2', 'message 3', 'message 4']);
  });

  it('is read once where the page that was read ahead reaches up to the snapshot, else anew', async () => {
    let reads = 0;
    rig.server.rest.set(path, (request) => {
      reads += 1;
      return answer(request);
    });
    const first = await rig.open();
    expect([reads, texts(first)]).toEqual([1, ['message 2', 'message 3']]);
    first.close();
    await rig.server.waitForRequest('room.leave');
    rig.server.handlers.set('room.join', () => {
      // Said after the page was read, before the room was joined.
      rig.room.log.push(message(4));
      return { ack: joined({ seq: 4 }) };
    });
    const second = await rig.open();
    // What was read ahead may have changed since, and nobody said how: the new page stands alone.
    expect([reads, texts(second)]).toEqual([3, ['message 3', 'message 4']]);
  });

  it('of a room that does not let us in is asked for once, and its refusal is the room’s', async () => {
    const refusal = { code: 'Forbidden', message: 'Members only' };
    rig.server.rest.set(path, () => ({
      status: 403,
      body: { error: refusal.code, message: refusal.message },
    }));
    rig.server.handlers.set('room.join', () => ({ nack: refusal }));
    const room = rig.client.rooms.open('general');
    await until(room.state, ({ status }) => status === 'failed');
    expect(room.state.get()).toMatchObject({ historyError: null, error: { code: 'Forbidden' } });
  });
});
