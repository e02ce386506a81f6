import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig, texts } from '../../test/chat-rig.ts';
import { epoch, message, roomId } from '../../test/fixtures.ts';
import { user, uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { OpenRoom } from '../types.ts';

const slowModeMs = 6 * 60 * 60 * 1000;
const mine = (seq: number) => message(seq, { userId: user.id, userName: user.name });

describe('a message that waits for slow mode', () => {
  let rig: ChatRig;
  let room: OpenRoom;
  let answerSend: (payload: Record<string, string>, socket: never) => unknown;
  const asked: string[] = [];
  const record = (type: string) =>
    rig.server.handlers.set(type, ({ messageId }) => {
      asked.push(`${type} ${rig.room.log.findIndex(({ id }) => id === messageId) + 1}`);
      return { ack: { ...mine(1), revision: 3 } };
    });
  const firstUnsent = () => room.state.get().messages.find(({ id }) => id === null);

  beforeEach(async () => {
    asked.length = 0;
    rig = await createChatRig();
    rig.room.log = [mine(1), mine(2)];
    for (const type of ['chat.delete', 'chat.edit', 'chat.react']) record(type);
    answerSend = rig.server.handlers.get('chat.send') as typeof answerSend;
    rig.server.handlers.set('chat.send', ({ text }) => {
      asked.push(`chat.send ${text}`);
      return { nack: { code: 'RateLimited', message: 'Slow', retryable: true, retryAfterMs: slowModeMs } };
    });
    room = await rig.open();
    room.send('too soon');
    await until(room.state, () => firstUnsent()?.status === 'waiting');
  });
  afterEach(() => rig.close());

  it('says until when, and holds up no change of another message', async () => {
    expect(firstUnsent()?.retryAt).toBeGreaterThan(Date.now() + slowModeMs - 60_000);
    room.send('after it');
    room.edit(mine(1).id, 'other words');
    room.react(mine(1).id, '👍', true);
    room.delete(mine(2).id);
    await until(room.state, () => asked.includes('chat.delete 2'));
    expect(asked).toEqual(['chat.send too soon', 'chat.edit 1', 'chat.react 1', 'chat.delete 2']);
    const unsent = room.state.get().messages.filter(({ id }) => id === null);
    expect(unsent).toMatchObject([
      { text: 'too soon', status: 'waiting' },
      { text: 'after it', status: 'waiting' },
    ]);
  });

  it('can be taken back', async () => {
    room.discard(firstUnsent()!.key);
    expect(texts(room)).toEqual(['message 1', 'message 2']);
    expect(rig.client.unsent.state.get()).toEqual([]);
    room.send('another');
    await until(room.state, () => asked.includes('chat.send another'));
  });

  it('leaves none of its files at the server where it is taken back', async () => {
    const attachment = {
      id: uuid(50),
      name: 'a.txt',
      mediaType: 'text/plain',
      sizeBytes: 1,
      hasThumbnail: false,
    };
    const taken = Promise.withResolvers<void>();
    rig.server.rest.set(`DELETE /v1/attachments/${attachment.id}`, () => {
      taken.resolve();
      return { status: 200, body: { ok: true } };
    });
    room.send({ text: 'with a file', attachments: [attachment] });
    room.discard(room.state.get().messages.find(({ text }) => text === 'with a file')!.key);
    await taken.promise;
  });

  it('goes at once where the room is not slowed down any more', async () => {
    rig.server.handlers.set('chat.send', answerSend as never);
    const rest = { isPublic: true, createdAt: '2026-01-01T00:00:00.000Z', kind: 'room', topic: '' };
    const more = { category: null, position: 0, acceptsRequests: true, archivedAt: null };
    const details = { roomId, roomSlug: 'general', roomTitle: 'General', ...rest, ...more, slowModeS: 0 };
    // The change of the room takes a position of its log.
    rig.room.log.push(message(3));
    rig.server.sockets.at(-1)?.sendEvent('room.changed', { seq: 3, epoch, room: details });
    await until(room.state, ({ messages }) =>
      messages.some(({ text, status }) => text === 'too soon' && status === 'sent'),
    );
  });
});
