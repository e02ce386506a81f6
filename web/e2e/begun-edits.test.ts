import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from '../../signaling/test/rest.ts';
import {
  type Conversation,
  closePage,
  focusSentRow,
  holds,
  sees,
  startConversation,
} from './conversation.ts';
import { pollUntil } from './poll.ts';
import { createAskAs } from './stage/rest-as.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
beforeAll(async () => {
  conversation = await startConversation();
});
afterAll(() => conversation?.close());

const editing = `${testId('composing')}[data-kind="edit"]`;

const goTo = async (page: Page, slug: string) => {
  await page.locator(testId(`room-${slug}`)).click();
  await page.waitForSelector(`${testId(`room-${slug}`)}[aria-current]`);
  await page.waitForSelector(testId('chat-input'));
};

const write = async (page: Page, text: string) => {
  await page.focus(testId('chat-input'));
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await sees(page, text);
};

const beginEdit = async (page: Page, text: string, more: string) => {
  await focusSentRow(page, text);
  await page.keyboard.press('e');
  await page.waitForSelector(editing);
  await holds(page, text);
  await page.keyboard.type(more);
};

/** Boris in a room with a message of his, that he has begun to change. */
const begin = async () => {
  const { writer } = conversation;
  const [slug, other] = [await writer.startRoom('hello'), await writer.startRoom('elsewhere')];
  const page = await conversation.openAsBoris(slug);
  await write(page, 'as it was');
  await page.keyboard.type('a draft');
  await beginEdit(page, 'as it was', ', and more');
  return { page, slug, other };
};

const keptIn = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('boltorezka.edit.')).length);

const idOf = (page: Page, text: string): Promise<string> =>
  page.evaluate(
    (selector, wanted) => {
      const message = [...document.querySelectorAll(selector)].find((node) => node.textContent === wanted);
      return message?.closest('[data-message-id]')?.getAttribute('data-message-id') ?? '';
    },
    testId('chat-message'),
    text,
  );

describe('a change of a message that was begun', () => {
  it('is there again after a look into another room, and after a reload, above the draft', async () => {
    const { page, slug, other } = await begin();
    await goTo(page, other);
    await holds(page, '');
    await goTo(page, slug);
    await page.waitForSelector(editing);
    await holds(page, 'as it was, and more');
    await page.reload();
    await page.waitForSelector(editing);
    await holds(page, 'as it was, and more');
    await page.focus(testId('chat-input'));
    await page.keyboard.press('Enter');
    await sees(page, 'as it was, and more');
    await page.waitForSelector(editing, { hidden: true });
    expect(await keptIn(page)).toBe(0);
    await page.reload();
    await sees(page, 'as it was, and more');
    await holds(page, 'a draft');
    expect(await page.$(editing)).toBeNull();
    await closePage(page);
  });

  it('is gone when it was given up, also for whoever begins it anew', async () => {
    const { page, slug, other } = await begin();
    await page.keyboard.press('Escape');
    await page.waitForSelector(editing, { hidden: true });
    expect(await keptIn(page)).toBe(0);
    await goTo(page, other);
    await goTo(page, slug);
    await sees(page, 'as it was');
    expect(await page.$(editing)).toBeNull();
    await beginEdit(page, 'as it was', '!');
    await holds(page, 'as it was!');
    await closePage(page);
  });

  it('is kept for each message, and waits while another is changed', async () => {
    const { page } = await begin();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await sees(page, 'a draft');
    await write(page, 'the second');
    await beginEdit(page, 'as it was', '?');
    await beginEdit(page, 'the second', '!');
    await page.keyboard.press('Enter');
    await sees(page, 'the second!');
    await focusSentRow(page, 'as it was');
    await page.keyboard.press('e');
    await holds(page, 'as it was?');
    await closePage(page);
  });

  it('is not open again, nor begun, while it is on its way', async () => {
    const { page, slug, other } = await begin();
    await goTo(page, other);
    await goTo(page, slug);
    await page.waitForSelector(editing);
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('Full', 'QuotaExceededError');
      };
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function (data) {
        if (!String(data).includes('chat.edit')) send.call(this, data);
      };
    });
    await page.focus(testId('chat-input'));
    await page.keyboard.press('Enter');
    await sees(page, 'as it was, and more');
    await goTo(page, other);
    await goTo(page, slug);
    await sees(page, 'as it was, and more');
    await holds(page, 'a draft');
    expect(await page.$(editing)).toBeNull();
    expect(await keptIn(page)).toBe(0);
    // The words are nowhere else yet.
    await page.reload();
    await page.waitForSelector(editing);
    await holds(page, 'as it was, and more');
    await closePage(page);
  });

  it('is gone when its message is deleted beneath it', async () => {
    const { page } = await begin();
    await conversation.writer.delete(await idOf(page, 'as it was'));
    await page.waitForSelector(editing, { hidden: true });
    await holds(page, 'a draft');
    await pollUntil({ read: () => keptIn(page), fits: (count) => count === 0, what: 'letting go of it' });
    await closePage(page);
  });

  it('is gone when its message was deleted while its writer was away', async () => {
    const { page, slug, other } = await begin();
    const { writer } = conversation;
    const messageId = await idOf(page, 'as it was');
    await goTo(page, other);
    await writer.delete(messageId);
    // Of a long past, so that the room does not show that it is gone.
    await writer.writeMany(slug, 120);
    await page.reload();
    await page.waitForSelector(testId('chat-input'));
    await goTo(page, slug);
    await pollUntil({ read: () => keptIn(page), fits: (count) => count === 0, what: 'letting go of it' });
    await page.waitForSelector(editing, { hidden: true });
    await holds(page, 'a draft');
    await closePage(page);
  });
});

describe('a change that was begun in a private room', () => {
  it('outlasts that its writer is not in the room any more', async () => {
    const { server } = conversation;
    const [owner, boris] = [await server.connect('Olga'), await server.register('Boris')];
    const { slug } = await createRoom(server.url, owner.token, { is_public: false });
    const ask = createAskAs(server.url);
    const membership = `/v1/rooms/${slug}/members/${boris.user.id}`;
    await ask(owner.token, `PUT ${membership}`, { role: 'member' });
    const page = await conversation.openAsBoris(slug, boris.token);
    await write(page, 'as it was');
    await beginEdit(page, 'as it was', ', and more');
    await ask(owner.token, `DELETE ${membership}`);
    await page.waitForSelector(testId('room-gone'));
    await page.reload();
    await page.waitForSelector(`${testId('room-failed')}, ${testId('room-door')}`);
    await page.waitForNetworkIdle({ idleTime: 300 });
    expect(await keptIn(page)).toBe(1);
    await owner.close();
    await closePage(page);
  });
});

describe('at sign-out', () => {
  it('a change that was begun is named, and erased where its writer says so', async () => {
    const { page } = await begin();
    await page.locator(testId('settings-open')).click();
    await page.locator(testId('sign-out')).click();
    await page.waitForSelector(testId('sign-out-unsent'));
    const lines = await page.$$eval(testId('unsent-line'), (nodes) => nodes.map((node) => node.textContent));
    expect(lines).toEqual([
      expect.stringContaining('a draft'),
      expect.stringContaining('as it was, and more'),
    ]);
    await page.locator(testId('sign-out-erase')).click();
    await page.waitForSelector(testId('auth-email'));
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('and more');
    await closePage(page);
  });
});
