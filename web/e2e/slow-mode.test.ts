import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from '../../signaling/test/rest.ts';
import { type Conversation, closePage, focusRow, sees, startConversation } from './conversation.ts';
import { createAskAs } from './stage/rest-as.ts';
import { says } from './stage/steps.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
beforeAll(async () => {
  conversation = await startConversation();
});
afterAll(() => conversation?.close());

/** A room that is slowed down for hours, where Boris has just written to a thread: his page does not know of it. */
const startSlowRoom = async () => {
  const { server } = conversation;
  const [anna, boris] = [await server.connect('Anna'), await server.connect('Boris')];
  const { slug } = await createRoom(server.url, anna.token);
  const send = (who: typeof anna, text: string, more: object = {}) =>
    who.request('chat.send', { roomSlug: slug, clientMessageId: randomUUID(), text, ...more });
  for (const who of [anna, boris]) await who.request('room.join', { roomSlug: slug, keepOthers: true });
  const root = await send(anna, 'who comes?');
  await send(boris, 'perhaps', { threadRootId: root.id });
  await createAskAs(server.url)(anna.token, `PATCH /v1/rooms/${slug}`, { slow_mode_s: 6 * 60 * 60 });
  return { slug, anna, boris, rootId: root.id };
};

describe('in slow mode, a message that came too soon', () => {
  it('says when it goes, holds up no reaction, and can be taken back', async () => {
    const { slug, anna, boris, rootId } = await startSlowRoom();
    const page = await conversation.openAsBoris(slug, boris.token);
    await sees(page, 'who comes?');
    await page.focus(testId('chat-input'));
    await page.keyboard.type('I do');
    await page.keyboard.press('Enter');
    await says(page, testId('chat-waiting'), 'Slow mode: will be sent by itself on');
    await says(page, testId('chat-slow'), 'you can write again on');

    await focusRow(page, 'who comes?');
    await page.keyboard.press('Enter');
    await page.locator(testId('action-react-👍')).click();
    expect((await anna.next('chat.reactionChanged')).messageId).toBe(rootId);

    await page.locator(testId('chat-discard')).click();
    await page.waitForSelector(testId('chat-waiting'), { hidden: true });
    await page.waitForSelector(testId('chat-slow'));
    await closePage(page);
    await anna.close();
    await boris.close();
  });
});
