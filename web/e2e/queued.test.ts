import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from '../../signaling/test/rest.ts';
import {
  type Conversation,
  closePage,
  focusRow,
  focusSentRow,
  holds,
  sees,
  startConversation,
} from './conversation.ts';
import { readFocus, waitForFocusOn } from './focus.ts';
import { type Held, holdUploads } from './held-uploads.ts';
import { createAskAs } from './stage/rest-as.ts';
import { says } from './stage/steps.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
let writer: Conversation['writer'];
beforeAll(async () => {
  conversation = await startConversation();
  ({ writer } = conversation);
});
afterAll(() => conversation?.close());

const queueLook = async (page: Page): Promise<Held> => (await holdUploads(page))('look');

describe('a message with files', () => {
  it('that is sent while they go up, goes by itself once they are there, and takes the focus from nothing else', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    const { letGo } = await queueLook(page);
    await page.keyboard.type('!');
    await page.waitForSelector(testId('chat-queued'), { hidden: true });
    await page.keyboard.press('Enter');
    await page.waitForSelector(testId('chat-queued'));
    await page.focus(testId(`room-${slug}`));
    letGo();
    await sees(page, 'look!');
    await page.waitForSelector(`${testId('upload')}`, { hidden: true });
    await waitForFocusOn(page, `room-${slug}`);
    await closePage(page);
  });

  it('that is sent while they go up, goes also where its writer has gone to another room', async () => {
    const [slug, other] = [await writer.startRoom('hello'), await writer.startRoom('elsewhere')];
    const page = await conversation.openAsBoris(slug);
    const { letGo } = await queueLook(page);
    await page.locator(testId(`room-${other}`)).click();
    await sees(page, 'elsewhere');
    letGo();
    await page.waitForResponse((response) => response.url().includes('/attachments'));
    await page.locator(testId(`room-${slug}`)).click();
    await sees(page, 'look');
    await holds(page, '');
    await closePage(page);
  });

  it('that goes while its writer is in another room leaves unread what others wrote there meanwhile', async () => {
    const [slug, other] = [await writer.startRoom('hello'), await writer.startRoom('elsewhere')];
    const page = await conversation.openAsBoris(slug);
    const isUnread = (count: number) =>
      page.waitForSelector(`${testId(`room-${slug}`)}[data-unread="${count}"]`);
    const { letGo } = await queueLook(page);
    await page.locator(testId(`room-${other}`)).click();
    await sees(page, 'elsewhere');
    await writer.write(slug, 'meanwhile');
    await isUnread(1);
    letGo();
    await page.waitForResponse((response) => response.url().includes('/attachments'));
    await page.waitForSelector(testId('upload'), { hidden: true });
    for (const text of ['later', 'and more']) await writer.write(slug, text);
    await isUnread(3);
    await page.locator(testId(`room-${slug}`)).click();
    await sees(page, 'look');
    await isUnread(0);
    await closePage(page);
  });
});

/** For good. */
const ban = { expires_at: null, reason: '' };
/** In writing, and for good. */
const mute = { text: true, voice: false, expires_at: null, reason: '' };

/** Whether the browser would ask whoever closes the page. */
const asksAtClosing = (page: Page) =>
  page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));

describe('a message with files that goes by itself', () => {
  it('takes the focus from nobody who reads, and from nobody who looks for an emoji', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    const queue = await holdUploads(page);
    let held = await queue('look');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    held.letGo();
    await sees(page, 'look');
    await page.waitForSelector(testId('upload'), { hidden: true });
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
    held = await queue('again');
    await page.locator(testId('emoji-open')).click();
    await waitForFocusOn(page, 'emoji-search');
    held.letGo();
    await sees(page, 'again');
    await page.waitForSelector(testId('upload'), { hidden: true });
    await waitForFocusOn(page, 'emoji-search');
    await closePage(page);
  });

  it('and does not go is marked until something is done about it, and asks whoever closes the page', async () => {
    const [slug, other] = [await writer.startRoom('hello'), await writer.startRoom('elsewhere')];
    const page = await conversation.openAsBoris(slug);
    const { refuse } = await queueLook(page);
    await page.locator(testId(`room-${other}`)).click();
    await sees(page, 'elsewhere');
    refuse();
    await says(page, testId('toast'), 'was not sent');
    await says(page, testId(`room-${slug}`), 'a message was not sent');
    expect(await asksAtClosing(page)).toBe(true);
    await page.locator(testId(`room-${slug}`)).click();
    await says(page, testId('chat-stuck'), 'was not sent');
    await says(page, testId('queue-spoken'), 'was not sent');
    await page.$eval(testId('upload-remove'), (button) => (button as HTMLElement).click());
    await page.waitForSelector(testId('room-stuck'), { hidden: true });
    await page.waitForSelector(testId('chat-stuck'), { hidden: true });
    expect(await asksAtClosing(page)).toBe(false);
    await closePage(page);
  });
});

describe('a message with files that did not go', () => {
  it('is settled also where its writer may not write any more', async () => {
    const { server } = conversation;
    const [owner, boris] = [await server.connect('Olga'), await server.register('Boris')];
    const { slug } = await createRoom(server.url, owner.token);
    const other = await writer.startRoom('elsewhere');
    const page = await conversation.openAsBoris(slug, boris.token);
    const { refuse } = await queueLook(page);
    await page.locator(testId(`room-${other}`)).click();
    await sees(page, 'elsewhere');
    refuse();
    await page.waitForSelector(testId('room-stuck'));
    await createAskAs(server.url)(owner.token, `PUT /v1/rooms/${slug}/mutes/${boris.user.id}`, mute);
    await page.locator(testId(`room-${slug}`)).click();
    await page.waitForSelector(`${testId('chat-closed')}[data-reason="mutedForGood"]`);
    await says(page, testId('chat-stuck'), 'was not sent');
    await page.focus(testId('upload-remove'));
    await page.keyboard.press('Enter');
    await page.waitForSelector(testId('room-stuck'), { hidden: true });
    await page.waitForSelector(testId('chat-stuck'), { hidden: true });
    expect(await asksAtClosing(page)).toBe(false);
    expect((await readFocus(page)).onBody).toBe(false);
    await owner.close();
    await closePage(page);
  });

  it('in a thread that it would have begun is found from the room', async () => {
    const [slug, other] = [await writer.startRoom('hello'), await writer.startRoom('elsewhere')];
    const page = await conversation.openAsBoris(slug);
    await focusRow(page, 'hello');
    await page.keyboard.press('t');
    const field = `${testId('panel')} ${testId('chat-input')}`;
    const { refuse } = await (await holdUploads(page, field))('look');
    await page.locator(testId(`room-${other}`)).click();
    await sees(page, 'elsewhere');
    refuse();
    await says(page, testId('toast'), 'in a thread');
    await page.locator(testId(`room-${slug}`)).click();
    await page.locator(`${testId('thread-stuck')} button`).click();
    await says(page, `${testId('panel')} ${testId('chat-stuck')}`, 'was not sent');
    await page.locator(`${testId('panel')} ${testId('upload-remove')}`).click();
    await page.waitForSelector(testId('thread-stuck'), { hidden: true });
    expect(await asksAtClosing(page)).toBe(false);
    await closePage(page);
  });
});

describe('a message that waits for its files', () => {
  it('brings nobody back into a room that they were sent out of', async () => {
    const { server } = conversation;
    const [owner, boris] = [await server.connect('Olga'), await server.register('Boris')];
    const { slug } = await createRoom(server.url, owner.token);
    const page = await conversation.openAsBoris(slug, boris.token);
    const { letGo } = await queueLook(page);
    await createAskAs(server.url)(owner.token, `DELETE /v1/rooms/${slug}/members/${boris.user.id}`);
    await page.waitForSelector(`${testId('room-gone')}[data-reason="kicked"]`);
    await says(page, testId('toast'), 'you are no longer in that room');
    const uploaded = page.waitForResponse((response) => response.url().includes('/attachments'));
    letGo();
    await uploaded;
    await page.waitForNetworkIdle({ idleTime: 300 });
    expect(await page.$(testId('room-gone'))).not.toBeNull();
    await page.locator(`${testId('room-gone')} button`).click();
    await holds(page, 'look');
    expect(await page.$$(testId('chat-message'))).toEqual([]);
    await owner.close();
    await closePage(page);
  });

  it('is given up with them by who is banned, and asks nobody who closes the page', async () => {
    const { server } = conversation;
    const [owner, boris] = [await server.connect('Olga'), await server.register('Boris')];
    const { slug, title } = await createRoom(server.url, owner.token);
    const page = await conversation.openAsBoris(slug, boris.token);
    await queueLook(page);
    expect(await asksAtClosing(page)).toBe(true);
    await createAskAs(server.url)(owner.token, `PUT /v1/rooms/${slug}/bans/${boris.user.id}`, ban);
    await page.waitForSelector(`${testId('room-gone')}[data-reason="banned"]`);
    await says(page, testId('toast'), `Your message in “${title}” was not sent`);
    expect(await asksAtClosing(page)).toBe(false);
    await owner.close();
    await closePage(page);
  });

  it('does not go with what another page has made of its draft, though another change was open meanwhile', async () => {
    const [slug, other] = [await writer.startRoom('hello'), await writer.startRoom('elsewhere')];
    const page = await conversation.openAsBoris(slug);
    await page.focus(testId('chat-input'));
    await page.keyboard.type('as it was');
    await page.keyboard.press('Enter');
    await sees(page, 'as it was');
    const { letGo } = await queueLook(page);
    await focusSentRow(page, 'as it was');
    await page.keyboard.press('e');
    await holds(page, 'as it was');
    await page.keyboard.type(', and more');
    await page.locator(testId(`room-${other}`)).click();
    await sees(page, 'elsewhere');
    await page.evaluate((room) => {
      const key = Object.keys(localStorage).find(
        (name) => name.startsWith('boltorezka.draft.') && name.endsWith(room),
      );
      const draft = JSON.parse(localStorage.getItem(key ?? '') ?? '{}');
      localStorage.setItem(key ?? '', JSON.stringify({ ...draft, text: 'half wri' }));
    }, slug);
    await page.locator(testId(`room-${slug}`)).click();
    await holds(page, 'as it was, and more');
    await page.focus(testId('chat-input'));
    await page.keyboard.press('Escape');
    await holds(page, 'half wri');
    letGo();
    await page.waitForSelector(`${testId('upload')}[data-state="done"]`);
    await holds(page, 'half wri');
    await closePage(page);
  });
});

describe('files that are dropped', () => {
  it('where none can be attached are not passed over in silence', async () => {
    const { server } = conversation;
    const [owner, boris] = [await server.connect('Olga'), await server.register('Boris')];
    const { slug } = await createRoom(server.url, owner.token);
    const ask = createAskAs(server.url);
    const page = await conversation.openAsBoris(slug, boris.token);
    await page.waitForSelector(testId('attach'));
    await ask(owner.token, `PUT /v1/rooms/${slug}/members/${boris.user.id}`, { role: 'guest' });
    await page.waitForSelector(testId('attach'), { hidden: true });
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['a,b'], 'a.csv'));
      const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('[data-place="room"]')?.dispatchEvent(drop);
    });
    await says(page, testId('toast'), 'Files cannot be attached here.');
    await owner.close();
    await closePage(page);
  });
});
