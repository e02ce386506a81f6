import type { HTTPRequest, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Conversation,
  closePage,
  fromEnd,
  lineOf,
  list,
  places,
  sees,
  startConversation,
} from './conversation.ts';
import { testId } from './test-id.ts';

/** More than the page holds of a room, by more than a page of the history. */
const lines = 700;

let conversation: Conversation;
let slug: string;
beforeAll(async () => {
  conversation = await startConversation();
  slug = await conversation.writer.createRoom();
  await conversation.writer.writeMany(slug, lines);
});
afterAll(() => conversation?.close());

const settles = (page: Page) =>
  expect
    .poll(
      async () => {
        const before = await places(page);
        // Longer than a movement takes to be over.
        await page.evaluate(async () => {
          const until = performance.now() + 250;
          while (performance.now() < until) await new Promise(requestAnimationFrame);
        });
        const after = await places(page);
        return Object.keys(after).length > 3 && JSON.stringify(after) === JSON.stringify(before);
      },
      { timeout: 20_000 },
    )
    .toBe(true);

const expectSamePlaces = async (page: Page, before: Record<string, number>): Promise<void> => {
  const after = await places(page);
  const moved = Object.entries(before).filter(
    ([text, top]) => !(Math.abs((after[text] ?? Number.NaN) - top) <= 1),
  );
  expect(moved.map(([text, top]) => [text.slice(0, 9), top, after[text]])).toEqual([]);
};

/** Follows what the page asks of the history, and can hold an answer back. */
const watchHistory = async (page: Page) => {
  const asked: string[] = [];
  let gate: Promise<void> = Promise.resolve();
  let open = (): void => undefined;
  const handle = (request: HTTPRequest): void => {
    const { pathname, searchParams } = new URL(request.url());
    if (!pathname.endsWith('/messages')) return void request.continue().catch(() => undefined);
    asked.push(
      ['before', 'after', 'around', 'around_seq'].find((name) => searchParams.has(name)) ?? 'newest',
    );
    void gate.then(() => request.continue()).catch(() => undefined);
  };
  await page.setRequestInterception(true);
  page.on('request', handle);
  return {
    asked,
    hold: (): void => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: async (): Promise<void> => {
      open();
      gate = Promise.resolve();
      await page.waitForSelector(`${list}[aria-busy="false"]`);
      await page.evaluate(async () => {
        for (let n = 0; n < 10; n += 1) await new Promise(requestAnimationFrame);
      });
    },
  };
};

type History = Awaited<ReturnType<typeof watchHistory>>;

/** Presses the key until so many pages have been asked for in all, the last of which is held back. */
const readUntil = async (page: Page, history: History, { key, way, pages }: Reading): Promise<void> => {
  const count = () => history.asked.filter((one) => one === way).length;
  await page.focus(list);
  await expect
    .poll(
      async () => {
        if (count() >= pages) return true;
        if (count() === pages - 1) history.hold();
        await page.keyboard.press(key);
        await page.evaluate(() => new Promise(requestAnimationFrame));
        return false;
      },
      { timeout: 60_000, interval: 20 },
    )
    .toBe(true);
  await settles(page);
};

/** In whatever order they come. */
const writeAtOnce = async (room: string, count: number): Promise<void> => {
  const { write } = conversation.writer;
  const together = 20;
  for (let n = 0; n < count; n += together)
    await Promise.all(Array.from({ length: together }, (_, index) => write(room, lineOf(n + index))));
};

interface Reading {
  key: 'Home' | 'PageDown';
  way: 'before' | 'after';
  pages: number;
}

describe('a room of more messages than the page holds', () => {
  it('lets go of the newest and of the oldest, by turns, and nothing in view moves', async () => {
    const page = await conversation.openAsBoris(slug);
    await sees(page, lineOf(lines - 1));
    const history = await watchHistory(page);
    // The newest fifty are there: with eleven pages more, all that is held; the twelfth is too much.
    await readUntil(page, history, { key: 'Home', way: 'before', pages: 12 });
    expect(await page.$(testId('chat-newer'))).toBeNull();
    let before = await places(page);
    await history.release();
    await expectSamePlaces(page, before);
    await page.waitForSelector(testId('chat-newer'));

    // Down again: five pages lead back to the newest, and what was read first goes.
    await readUntil(page, history, { key: 'PageDown', way: 'after', pages: 5 });
    before = await places(page);
    const heightBefore = await page.$eval(list, (box) => box.scrollHeight);
    await history.release();
    await expectSamePlaces(page, before);
    await page.waitForFunction(
      (selector, height) => (document.querySelector(selector)?.scrollHeight ?? 0) < height,
      {},
      list,
      heightBefore,
    );
    await settles(page);
    await expectSamePlaces(page, before);
    expect(await page.$(testId('chat-newer'))).toBeNull();
    const asked = history.asked.length;
    await page.keyboard.press('Home');
    await expect.poll(() => history.asked.length).toBeGreaterThan(asked);
    await closePage(page);
  }, 120_000);

  it('shows the newest by one key from far back, asking nobody, and counts what came meanwhile', async () => {
    const page = await conversation.openAsBoris(slug);
    await sees(page, lineOf(lines - 1));
    const history = await watchHistory(page);
    await readUntil(page, history, { key: 'Home', way: 'before', pages: 12 });
    await history.release();
    await page.waitForSelector(testId('chat-newer'));
    const before = await places(page);
    await conversation.writer.write(slug, 'one that came');
    await conversation.writer.write(slug, 'another that came');
    await page.waitForFunction(
      (selector) => document.querySelector(selector)?.textContent?.includes('2 new messages'),
      {},
      testId('chat-latest'),
    );
    await expectSamePlaces(page, before);
    const asked = history.asked.length;
    await page.keyboard.press('End');
    await sees(page, 'another that came');
    await expect.poll(() => fromEnd(page)).toBe(0);
    expect(history.asked.length).toBe(asked);
    expect(await page.$(testId('chat-latest'))).toBeNull();
    await closePage(page);
  });

  it('keeps the place of who reads a little further back while hundreds come', async () => {
    const busy = await conversation.writer.createRoom();
    await conversation.writer.writeMany(busy, 50);
    const page = await conversation.openAsBoris(busy);
    await sees(page, lineOf(49));
    await writeAtOnce(busy, 500);
    await conversation.writer.write(busy, 'the last of many');
    await sees(page, 'the last of many');
    await page.focus(list);
    for (let n = 0; n < 3; n += 1) await page.keyboard.press('PageUp');
    await page.waitForSelector(testId('chat-latest'));
    await settles(page);
    const before = await places(page);
    const height = await page.$eval(list, (box) => box.scrollHeight);
    await writeAtOnce(busy, 120);
    await page.waitForFunction(
      (selector) => document.querySelector(selector)?.textContent?.includes('120 new messages'),
      {},
      testId('chat-latest'),
    );
    // What was written first has gone.
    await page.waitForFunction(
      (selector, known) => (document.querySelector(selector)?.scrollHeight ?? known) < known,
      {},
      list,
      height,
    );
    await settles(page);
    await expectSamePlaces(page, before);
    await closePage(page);
  }, 120_000);

  it('leads to the first unread message by one request, however far back it is', async () => {
    const boris = await conversation.server.connect('Boris');
    const url = `${conversation.server.url}/v1/rooms/${slug}/messages?around_seq=100&limit=4`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${boris.token}` } });
    const { messages } = (await answer.json()) as { messages: { seq: number; text: string }[] };
    const [lastRead, firstUnread] = messages.slice(2);
    await boris.request('room.join', { roomSlug: slug });
    await boris.request('chat.markRead', { roomSlug: slug, seq: lastRead?.seq ?? 0 });
    await boris.close();
    const page = await conversation.openAsBoris(slug, boris.token);
    const history = await watchHistory(page);
    await page.locator(testId('chat-to-unread')).click();
    await sees(page, firstUnread?.text ?? '');
    await page.waitForSelector(testId('chat-unread-line'));
    expect(history.asked[0]).toBe('around_seq');
    expect(history.asked).not.toContain('before');
    await closePage(page);
  });

  it('gives the focus to the conversation where the message that had it has gone', async () => {
    const page = await conversation.openAsBoris(slug);
    await page.waitForSelector(testId('chat-message'));
    await page.focus(list);
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction(() => document.activeElement?.hasAttribute('data-row'));
    const history = await watchHistory(page);
    await page.hover(list);
    await expect
      .poll(
        async () => {
          await page.mouse.wheel({ deltaY: -4_000 });
          return history.asked.length > 11 && (await page.$(testId('chat-newer'))) !== null;
        },
        { timeout: 60_000, interval: 20 },
      )
      .toBe(true);
    await page.waitForFunction(
      (selector) => document.activeElement === document.querySelector(selector),
      {},
      list,
    );
    await closePage(page);
  }, 120_000);
});
