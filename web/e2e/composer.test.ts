import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Conversation, closePage, copiesCode, sees, startConversation } from './conversation.ts';
import { waitForFocusOn } from './focus.ts';
import { says } from './stage/steps.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
let writer: Conversation['writer'];
beforeAll(async () => {
  conversation = await startConversation();
  ({ writer } = conversation);
});
afterAll(() => conversation?.close());

const holds = (page: Page, text: string) =>
  page.waitForFunction(
    (selector, wanted) => document.querySelector<HTMLTextAreaElement>(selector)?.value === wanted,
    {},
    testId('chat-input'),
    text,
  );

describe('a name that was chosen from the list', () => {
  it('is sent by the next Enter, also where a longer name begins with it', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    const [jo, johanna] = [
      await conversation.server.connect('Jo'),
      await conversation.server.connect('Jo Long'),
    ];
    for (const socket of [jo, johanna]) await socket.request('room.join', { roomSlug: slug });
    await page.focus(testId('chat-input'));
    await page.keyboard.type('@Jo');
    await says(page, testId('completion'), 'Jo Long');
    await page.keyboard.press('Enter');
    await holds(page, '@Jo ');
    // The server is asked for names a moment after the last key: what it says must not open the list either.
    await page.waitForNetworkIdle({ idleTime: 300 });
    expect(await page.$(testId('completion'))).toBeNull();
    await page.keyboard.press('Enter');
    await sees(page, '@Jo ');
    await jo.close();
    await johanna.close();
    await closePage(page);
  });
});

describe('a list of names', () => {
  it('is gone when the message was sent beneath it', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    const jo = await conversation.server.connect('Jo');
    await jo.request('room.join', { roomSlug: slug });
    await page.focus(testId('chat-input'));
    await page.keyboard.type('for @Jo');
    await says(page, testId('completion'), 'Jo');
    await page.locator(testId('chat-send')).click();
    await sees(page, 'for @Jo');
    await page.waitForSelector(testId('completion'), { hidden: true });
    await jo.close();
    await closePage(page);
  });
});

interface Held {
  letGo: () => void;
  /** The server takes no file as large as that. */
  refuse: () => void;
}

const pasteFile = (page: Page) =>
  page.evaluate((selector) => {
    const files = new DataTransfer();
    files.items.add(new File(['a,b'], 'a.csv', { type: 'text/csv' }));
    const paste = new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true });
    document.querySelector(selector)?.dispatchEvent(paste);
  }, testId('chat-input'));

const tooLarge = {
  status: 413,
  contentType: 'application/json',
  body: JSON.stringify({ error: 'PayloadTooLarge', message: 'No' }),
};

/** Nothing that is uploaded from the page arrives until it is let go. @returns what sends words with a file that is held back. */
const holdUploads = async (page: Page) => {
  let { promise: isHeld, resolve } = Promise.withResolvers<Held>();
  page.on('request', (request) => {
    const letGo = () => void request.continue().catch(() => {});
    const refuse = () => void request.respond(tooLarge).catch(() => {});
    if (request.url().includes('/attachments') && request.method() === 'POST') resolve({ letGo, refuse });
    else letGo();
  });
  await page.setRequestInterception(true);
  return async (text: string): Promise<Held> => {
    ({ promise: isHeld, resolve } = Promise.withResolvers<Held>());
    await page.focus(testId('chat-input'));
    await page.keyboard.type(text);
    await pasteFile(page);
    const held = await isHeld;
    await page.keyboard.press('Enter');
    await page.waitForSelector(testId('chat-queued'));
    return held;
  };
};

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
});

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
    await page.locator(testId('upload-remove')).click();
    await page.waitForSelector(testId('room-stuck'), { hidden: true });
    await page.waitForSelector(testId('chat-stuck'), { hidden: true });
    expect(await asksAtClosing(page)).toBe(false);
    await closePage(page);
  });
});

describe('code', () => {
  it('of several lines says its language, and is copied by a button', async () => {
    const slug = await writer.startRoom('```ts\nconst a = 1;\n```');
    const page = await conversation.openAsBoris(slug);
    await says(page, testId('chat-code'), 'ts');
    await copiesCode(page, 'const a = 1;');
    await says(page, testId('toast'), 'Code copied');
    await closePage(page);
  });
});

describe('the place where one writes', () => {
  it('has the focus in a room that was gone to by a click, and by Ctrl+K', async () => {
    const [first, second] = [await writer.startRoom('one'), await writer.startRoom('two')];
    const page = await conversation.openAsBoris(first);
    await page.locator(testId(`room-${second}`)).click();
    await page.waitForSelector(`${testId(`room-${second}`)}[aria-current]`);
    await waitForFocusOn(page, 'chat-input');
    await page.keyboard.down('Control');
    await page.keyboard.press('KeyK');
    await page.keyboard.up('Control');
    await waitForFocusOn(page, 'switch-query');
    await page.keyboard.type(first);
    await page.waitForFunction((place) => document.querySelectorAll(place).length === 1, {}, testId('place'));
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${testId(`room-${first}`)}[aria-current]`);
    await waitForFocusOn(page, 'chat-input');
    await closePage(page);
  });

  it('takes what is typed where nothing else does; a message that has the focus keeps its keys', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
    await page.keyboard.type('hi');
    await holds(page, 'hi');
    await page.$eval(`${testId('chat-message')}`, (node) => node.closest<HTMLElement>('[data-row]')?.focus());
    await page.keyboard.press('r');
    await page.waitForSelector(`${testId('composing')}[data-kind="reply"]`);
    await holds(page, 'hi');
    await closePage(page);
  });

  it('is not taken from who writes in a field or chooses in a dialog', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    await page.locator(testId('room-create')).click();
    await waitForFocusOn(page, 'new-room-title');
    await page.keyboard.type('Plans');
    await page.$eval(testId('new-room-submit'), (button) => (button as HTMLElement).focus());
    await page.keyboard.type('x');
    await holds(page, '');
    await closePage(page);
  });
});
