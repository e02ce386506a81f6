import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../signaling/test/chat-rig.ts';
import type { TestSocket } from '../../signaling/test/test-socket.ts';
import {
  type Conversation,
  closePage,
  focusRow,
  focusSentRow,
  sees,
  startConversation,
} from './conversation.ts';
import { pollUntil } from './poll.ts';
import { makePicture } from './stage/picture.ts';
import { isJoined, says } from './stage/steps.ts';
import { testId } from './test-id.ts';
import { chooseFile, uploadFile } from './upload.ts';

let conversation: Conversation;
let writer: Conversation['writer'];
beforeAll(async () => {
  conversation = await startConversation();
  ({ writer } = conversation);
});
afterAll(() => conversation?.close());

/** Chooses something from the menu of a message, by keyboard. */
const choose = async (page: Page, text: string, action: string): Promise<void> => {
  await focusRow(page, text);
  await page.keyboard.press('Enter');
  await page.locator(testId(`action-${action}`)).click();
};

const write = async (page: Page, text: string): Promise<void> => {
  await page.focus(testId('chat-input'));
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
};

/** A row that has just grown is still moving up: where it was measured, a pointer would miss it. */
const press = (page: Page, id: string) =>
  page.$eval(testId(id), (element) => (element as HTMLElement).click());

/** What somebody's inbox holds. */
const heardBy = async (socket: TestSocket): Promise<string> => {
  const { body } = await call<{ entries: { kind: string; message: { text: string } }[] }>(
    socket,
    '/v1/inbox',
  );
  return body.entries.map(({ kind, message }) => `${kind} ${message.text}`).join();
};

describe('a message in the page', () => {
  it('is written, edited by the upward arrow, answered and deleted, and the other sees all of it', async () => {
    const slug = await writer.startRoom('hello');
    const boris = await conversation.openAsBoris(slug);
    const other = await conversation.openAsBoris(slug);
    await write(boris, 'the bild is red');
    await sees(other, 'the bild is red');
    await boris.waitForSelector(`${testId('chat-message')}[data-user-name="Boris"][data-status="sent"]`);

    await boris.keyboard.press('ArrowUp');
    await boris.waitForSelector(`${testId('composing')}[data-kind="edit"]`);
    await boris.keyboard.type(', no, green');
    await boris.keyboard.press('Enter');
    await sees(other, 'the bild is red, no, green');
    await other.waitForSelector(testId('chat-edited'));

    await focusRow(other, 'the bild is red, no, green');
    await other.keyboard.press('r');
    await other.waitForSelector(`${testId('composing')}[data-kind="reply"]`);
    await other.keyboard.type('good');
    await other.keyboard.press('Enter');
    await says(boris, testId('chat-quote'), 'the bild is red');

    await focusRow(boris, 'the bild is red, no, green');
    await boris.keyboard.press('Delete');
    await boris.locator(testId('confirm-submit')).click();
    await other.waitForSelector(testId('chat-deleted'));
    await closePage(boris);
    await closePage(other);
  });

  it('is reacted to from its menu, and the reaction is taken back by a click', async () => {
    const slug = await writer.startRoom('who comes?');
    const boris = await conversation.openAsBoris(slug);
    const other = await conversation.openAsBoris(slug);
    await choose(boris, 'who comes?', 'react-👍');
    await other.waitForSelector(`${testId('chat-reaction')}[data-emoji="👍"]`);
    await press(boris, 'chat-reaction');
    await other.waitForSelector(testId('chat-reaction'), { hidden: true });
    await closePage(boris);
    await closePage(other);
  });

  it('has a thread that is written to beside the room, and says how many have answered', async () => {
    const slug = await writer.startRoom('about the release');
    const boris = await conversation.openAsBoris(slug);
    const other = await conversation.openAsBoris(slug);
    await focusRow(boris, 'about the release');
    await boris.keyboard.press('t');
    await boris.waitForSelector(`${testId('panel')} ${testId('chat-input')}`);
    await boris.focus(`${testId('panel')} ${testId('chat-input')}`);
    await boris.keyboard.type('I take the notes');
    await boris.keyboard.press('Enter');
    await says(other, testId('chat-thread'), '1 reply');
    await press(other, 'chat-thread');
    await says(other, `${testId('panel')} ${testId('chat-message')}`, 'I take the notes');
    await closePage(boris);
    await closePage(other);
  });
});

describe('somebody who is named', () => {
  it('is completed from a list, sees it stand out, and finds it in the inbox', async () => {
    const slug = await writer.startRoom('hello');
    const boris = await conversation.openAsBoris(slug);
    const clara = await conversation.server.connect('Clara');
    await clara.request('room.join', { roomSlug: slug });
    await boris.focus(testId('chat-input'));
    await boris.keyboard.type('@Cla');
    await says(boris, testId('completion'), 'Clara');
    await boris.keyboard.press('Enter');
    await boris.keyboard.type('look');
    await boris.keyboard.press('Enter');
    const added = await clara.next('inbox.added');
    expect([added.kind, added.message.text]).toEqual(['mention', '@Clara look']);
    await clara.close();
    await closePage(boris);
  });
});

describe('a typo that is mended', () => {
  it('leaves whoever is named named, though they have gone', async () => {
    const slug = await writer.startRoom('hello');
    const boris = await conversation.openAsBoris(slug);
    const clara = await conversation.server.connect('Clara');
    await clara.request('room.join', { roomSlug: slug });
    await boris.focus(testId('chat-input'));
    await boris.keyboard.type('@Cla');
    await says(boris, testId('completion'), 'Clara');
    await boris.keyboard.press('Enter');
    await boris.keyboard.type('lok');
    await boris.keyboard.press('Enter');
    await clara.next('inbox.added');
    await clara.request('room.leave', { roomSlug: slug });
    await boris.reload();
    await isJoined(boris);
    await sees(boris, '@Clara lok');
    await boris.focus(testId('chat-input'));
    await boris.keyboard.press('ArrowUp');
    await boris.waitForSelector(`${testId('composing')}[data-kind="edit"]`);
    await boris.keyboard.press('Backspace');
    await boris.keyboard.type('ok');
    await boris.keyboard.press('Enter');
    await says(boris, testId('chat-message'), '@Clara look');
    await pollUntil({
      read: () => heardBy(clara),
      fits: (heard) => heard === 'mention @Clara look',
      what: 'what Clara is told:',
    });
    await clara.close();
    await closePage(boris);
  });
});

describe('what somebody has begun', () => {
  it('is there again after the page was loaded anew', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    await page.focus(testId('chat-input'));
    await page.keyboard.type('half a thought');
    await page.reload();
    await page.waitForFunction(
      (selector) => document.querySelector<HTMLTextAreaElement>(selector)?.value === 'half a thought',
      {},
      testId('chat-input'),
    );
    await closePage(page);
  });
});

describe('a draft', () => {
  it('of a thread keeps what it answers and whom it names, while its writer is elsewhere', async () => {
    const slug = await writer.startRoom('about the release');
    const boris = await conversation.openAsBoris(slug);
    const clara = await conversation.server.connect('Clara');
    await clara.request('room.join', { roomSlug: slug });
    const thread = `${testId('panel')} ${testId('chat-input')}`;
    const openThread = async () => {
      await focusRow(boris, 'about the release');
      await boris.keyboard.press('t');
      await boris.waitForSelector(thread);
      await boris.focus(thread);
    };
    await openThread();
    await boris.keyboard.type('first');
    await boris.keyboard.press('Enter');
    await says(boris, `${testId('panel')} ${testId('chat-message')}`, 'first');
    await clara.next('chat.message');
    await focusSentRow(boris, 'first');
    await boris.keyboard.press('r');
    await boris.waitForSelector(`${testId('panel')} ${testId('composing')}`);
    await boris.keyboard.type('@Cla');
    await says(boris, testId('completion'), 'Clara');
    await boris.keyboard.press('Enter');
    await boris.keyboard.type('see');
    await clara.request('room.leave', { roomSlug: slug });
    await boris.reload();
    await openThread();
    await says(boris, `${testId('panel')} ${testId('composing')}`, 'first');
    await boris.keyboard.press('Enter');
    const { kind, message } = await clara.next('inbox.added');
    expect([kind, message.text, message.replyTo?.text]).toEqual(['mention', '@Clara see', 'first']);
    await clara.close();
    await closePage(boris);
  });
});

describe('files', () => {
  it('go with a message, and a picture opens large', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    const anna = await conversation.server.connect('Anna');
    const send = async (who: TestSocket): Promise<void> => {
      await who.request('room.join', { roomSlug: slug, keepOthers: true });
      const content = makePicture({ width: 64, height: 48, from: [0, 0, 0], to: [255, 255, 255] });
      const { url } = conversation.server;
      const id = await uploadFile({ url, token: who.token, roomSlug: slug, name: 'a.png', content });
      await who.request('chat.send', { roomSlug: slug, text: '', attachmentIds: [id] });
    };
    await send(anna);
    await page.waitForSelector(`${testId('chat-image')}[data-loaded="true"]`);
    await press(page, 'chat-image');
    await page.waitForSelector(testId('viewer-image'));
    await page.keyboard.press('Escape');
    await page.waitForSelector(testId('viewer'), { hidden: true });
    await anna.close();
    await closePage(page);
  });
});

describe('files that were chosen', () => {
  it('are there again after a look into another room, and go with the message', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    await chooseFile(page, 'plan.txt');
    await page.waitForSelector(`${testId('upload')}[data-state="done"]`);
    await page.locator(testId('room-general')).click();
    await page.waitForSelector(`${testId('room-general')}[aria-current]`);
    await page.waitForSelector(testId('upload'), { hidden: true });
    await page.locator(testId(`room-${slug}`)).click();
    await page.waitForSelector(`${testId('upload')}[data-state="done"]`);
    await page.locator(testId('chat-send')).click();
    await says(page, '[data-row]', 'plan.txt');
    await closePage(page);
  });
});
