import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchShell } from './browser.ts';
import { type Conversation, lineOf, list, sees, startConversation } from './conversation.ts';
import { isJoined } from './stage/steps.ts';

let conversation: Conversation;
let browser: Browser;
beforeAll(async () => {
  conversation = await startConversation();
  browser = await launchShell();
});
afterAll(async () => {
  await browser?.close();
  await conversation?.close();
});

/** The page hears that it has joined a room when it is told that it may: by the event `let-join`. */
const holdJoinAnswers = (page: Page): Promise<unknown> =>
  page.evaluateOnNewDocument(() => {
    const isAllowed = new Promise((resolve) => addEventListener('let-join', resolve, { once: true }));
    const Native = window.WebSocket;
    window.WebSocket = class extends Native {
      override addEventListener(type: string, listener: EventListenerOrEventListenerObject) {
        const hear = typeof listener === 'function' ? listener : listener.handleEvent.bind(listener);
        super.addEventListener(type, (event) => {
          const isJoin = event instanceof MessageEvent && String(event.data).includes('"roomTitle"');
          if (isJoin) void isAllowed.then(() => hear(event));
          else hear(event);
        });
      }
      override send(data: string) {
        super.send(data);
        if (data.includes('"room.join"')) document.documentElement.dataset.joinSent = 'yes';
      }
    };
  });

/** Notes which pages of the history are asked for, each of which waits until it is let go. */
const holdPages = async (page: Page) => {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    const go = () => void request.continue().catch(() => {});
    if (!pathname.endsWith('/messages')) return go();
    asked.push(searchParams.has('before') ? 'older' : 'newest');
    held.push(go);
  });
  return { asked, letGo: () => held.shift()?.() };
};

/** A room that Boris is entering, of which he sees the newest page before he hears that he has joined. */
const enterSlowly = async () => {
  const slug = await conversation.writer.createRoom();
  await conversation.writer.writeMany(slug, 120);
  const { token } = await conversation.server.register('Boris');
  const page = await (await browser.createBrowserContext()).newPage();
  await page.evaluateOnNewDocument((value) => localStorage.setItem('boltorezka.token', value), token);
  await holdJoinAnswers(page);
  const pages = await holdPages(page);
  await page.goto(`${conversation.server.url}/r/${slug}`);
  await page.waitForSelector('html[data-join-sent]');
  await expect.poll(() => pages.asked).toEqual(['newest']);
  pages.letGo();
  await sees(page, lineOf(119));
  const join = async () => {
    await page.evaluate(() => dispatchEvent(new Event('let-join')));
    await isJoined(page);
  };
  return { page, pages, join };
};

/** Rows that are measured on the way move the start. */
const goToStart = async (page: Page): Promise<void> => {
  await page.focus(list);
  await expect
    .poll(async () => {
      await page.keyboard.press('Home');
      return page.$eval(list, (box) => box.scrollTop);
    })
    .toBe(0);
};

const isLedOn = (page: Page) =>
  page.waitForFunction((box) => (document.querySelector(box)?.scrollTop ?? 0) > 0, {}, list);

describe('whoever goes to the start of what is shown of a room is shown what is older', () => {
  it('also where the newest is read once more meanwhile, since they joined without a word of what was read ahead', async () => {
    const { page, pages, join } = await enterSlowly();
    await join();
    await expect.poll(() => pages.asked).toEqual(['newest', 'newest']);
    await goToStart(page);
    pages.letGo();
    await expect.poll(() => pages.asked).toEqual(['newest', 'newest', 'older']);
    pages.letGo();
    await isLedOn(page);
    await page.browserContext().close();
  });

  it('also where what they had asked for came to nothing, since they joined only then', async () => {
    const { page, pages, join } = await enterSlowly();
    await goToStart(page);
    await expect.poll(() => pages.asked).toEqual(['newest', 'older']);
    await join();
    await expect.poll(() => pages.asked).toEqual(['newest', 'older', 'newest']);
    pages.letGo();
    pages.letGo();
    await expect.poll(() => pages.asked).toEqual(['newest', 'older', 'newest', 'older']);
    pages.letGo();
    await isLedOn(page);
    await page.browserContext().close();
  });
});
