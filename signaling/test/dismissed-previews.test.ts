import { type ChatMessage, toCamelCase } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createChatRepository } from '../src/chat/index.ts';
import { createPreviewRepository } from '../src/previews/repository.ts';
import { type Party, positionOf, readHistory, startParty } from './chat-rig.ts';
import { applyEvent, applyMissed, toComparable, type View } from './client-fold.ts';
import type { PostgresKind } from './database.ts';
import { type SmallWeb, sendLink, startSmallWeb } from './preview-rig.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

describe.each<PostgresKind>(['embedded', 'debian'])('a preview taken away on %s PostgreSQL', (postgres) => {
  let small: SmallWeb;
  let server: TestServer;
  let party: Party;
  beforeAll(async () => {
    small = await startSmallWeb();
    server = await startTestServer({ postgres, env: { LINK_PREVIEWS: 'on' }, web: small.web });
  });
  afterAll(async () => {
    await server.close();
    await small.close();
  });
  beforeEach(async () => {
    party = await startParty(server);
  });
  afterEach(() => party.close());

  const db = () => server.database.db;
  const position = () => positionOf(db(), party.room.id);
  const urlsOf = ({ previews }: ChatMessage) => previews?.map(({ url }) => url);
  const view = async (reader: TestSocket): Promise<View> => {
    const { messages } = await readHistory(reader, party.room.slug);
    return new Map(messages.map((message) => [message.id, toCamelCase<ChatMessage>(message)]));
  };
  const edit = (messageId: string, text: string) => party.member.request('chat.edit', { messageId, text });
  const nextPreviewed = (socket: TestSocket) =>
    socket.next('chat.messageChanged', ({ change }) => change === 'previewed');

  it('is away for everybody, in the log as in what is read anew, and once', async () => {
    const { member, guest, room } = party;
    const [one, other] = [small.servePage(''), small.servePage('')];
    const { id } = await sendLink(member, room.slug, `${one} ${other}`);
    await nextPreviewed(guest);
    const [before, seq] = [await view(guest), await position()];
    const left = await member.request('chat.dismissPreview', { messageId: id, url: one });
    expect(urlsOf(left)).toEqual([other]);
    const told = await nextPreviewed(guest);
    expect(told).toEqual({
      roomId: room.id,
      seq: seq + 1,
      epoch: left.epoch,
      change: 'previewed',
      message: left,
    });
    const fresh = toComparable(await view(guest));
    const followed: View = new Map(before);
    applyEvent(followed, { type: 'chat.messageChanged', payload: told }, guest.user.id);
    expect(toComparable(followed)).toEqual(fresh);
    const again = await openSocket(server.url, guest);
    const back = { roomSlug: room.slug, afterSeq: seq, epoch: left.epoch };
    const { missed, recovered } = await again.request('room.join', back);
    expect(recovered).toBe(true);
    const caughtUp: View = new Map(before);
    applyMissed(caughtUp, missed);
    expect(toComparable(caughtUp)).toEqual(fresh);
    await again.close();
    expect(await member.request('chat.dismissPreview', { messageId: id, url: one })).toEqual(left);
    expect(await position()).toBe(seq + 1);
  });

  it('does not come back with an edit that leaves the link, nor with a page that was slow', async () => {
    const { member, room } = party;
    const [one, other] = [small.servePage(''), small.servePage('')];
    const { id } = await sendLink(member, room.slug, one);
    const left = await member.request('chat.dismissPreview', { messageId: id, url: one });
    expect(left.previews).toBeUndefined();
    await nextPreviewed(member);
    await edit(id, `${one} and ${other}`);
    expect(urlsOf((await nextPreviewed(member)).message)).toEqual([other]);
    const repository = createPreviewRepository({
      db: db(),
      loadMessage: (messageId, tx) => createChatRepository(tx).byId(messageId),
    });
    expect(await repository.attach(id, [{ url: one, title: 'A page' }])).toBeUndefined();
  });

  it('comes back where the link was gone meanwhile: it is another one', async () => {
    const { member, room } = party;
    const one = small.servePage('');
    const { id } = await sendLink(member, room.slug, one);
    await member.request('chat.dismissPreview', { messageId: id, url: one });
    await nextPreviewed(member);
    await edit(id, 'nothing');
    await edit(id, one);
    expect(urlsOf((await nextPreviewed(member)).message)).toEqual([one]);
  });

  it('leaves nothing behind in a message that is deleted', async () => {
    const { member, moderator, room } = party;
    const one = small.servePage('');
    const { id } = await sendLink(member, room.slug, one);
    await moderator.request('chat.dismissPreview', { messageId: id, url: one });
    const dismissed = () => db().query('SELECT dismissed_previews FROM messages WHERE id = $1', [id]);
    expect(await dismissed()).toEqual([{ dismissed_previews: [one] }]);
    await member.request('chat.delete', { messageId: id });
    expect(await dismissed()).toEqual([{ dismissed_previews: null }]);
    const refused = await member.refused('chat.dismissPreview', { messageId: id, url: one });
    expect(refused.code).toBe('NotFound');
  });
});
