import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchShell } from './browser.ts';
import { type Conversation, fromEnd, lineOf, list, sees, startConversation } from './conversation.ts';
import { holdHistory } from './held-requests.ts';
import { isJoined } from './stage/steps.ts';
import { testId } from './test-id.ts';

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

const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

/** What the list does on iOS alone, it does by the browser's name. */
const open = async (slug: string, prepare: (page: Page) => Promise<unknown> = async () => {}) => {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport({ width: 390, height: 760, isMobile: true, hasTouch: true });
  await page.setUserAgent({ userAgent: iPhone });
  const { token } = await conversation.server.register('Boris');
  await page.evaluateOnNewDocument((value) => {
    localStorage.setItem('boltorezka.language', 'en');
    localStorage.setItem('boltorezka.token', value);
  }, token);
  await prepare(page);
  await page.goto(`${conversation.server.url}/r/${slug}`);
  return page;
};

/** The last row stands at the foot of the box, in this frame and in all that follow for a while. */
const staysAtEnd = (page: Page, text: string) =>
  page.evaluate(
    async (box, message, wanted) => {
      const frame = document.querySelector(box)!;
      for (let n = 0; n < 40; n += 1) {
        await new Promise(requestAnimationFrame);
        const last = [...document.querySelectorAll(message)].at(-1);
        const gap = frame.getBoundingClientRect().bottom - (last?.getBoundingClientRect().bottom ?? 0);
        if (last?.textContent !== wanted || gap < 0 || gap > 60) return `${n}: ${last?.textContent} ${gap}`;
      }
      return 'stays';
    },
    list,
    testId('chat-message'),
    text,
  );

describe('the timeline on an iPhone', () => {
  it('opens at the end, and stays there with what comes', async () => {
    const slug = await conversation.writer.createRoom();
    await conversation.writer.writeMany(slug, 60);
    const page = await open(slug);
    await sees(page, lineOf(59));
    await expect.poll(() => staysAtEnd(page, lineOf(59)), { timeout: 20_000 }).toBe('stays');
    for (const n of [60, 61, 62]) {
      await conversation.writer.write(slug, lineOf(n));
      await sees(page, lineOf(n));
    }
    await expect.poll(() => staysAtEnd(page, lineOf(62)), { timeout: 20_000 }).toBe('stays');
    await expect.poll(() => fromEnd(page)).toBe(0);
    await page.browserContext().close();
  });

  it('stays at the end when the history comes in above, right after what was written meanwhile', async () => {
    const slug = await conversation.writer.createRoom();
    await conversation.writer.writeMany(slug, 48);
    let release = (): void => {};
    const page = await open(slug, async (opened) => {
      release = await holdHistory(opened);
    });
    await isJoined(page);
    const texts = Array.from({ length: 12 }, (_, n) => lineOf(100 + n));
    for (const text of texts) await conversation.writer.write(slug, text);
    await sees(page, texts.at(-1) ?? '');
    // In the midst of a movement, which the list does not disturb there.
    await page.$eval(list, (box) => box.scrollBy({ top: -8 }));
    release();
    await page.waitForSelector(`${list}[aria-busy="false"]`);
    await expect.poll(() => staysAtEnd(page, texts.at(-1) ?? ''), { timeout: 20_000 }).toBe('stays');
    await page.browserContext().close();
  });

  it('opens at the end under a finger that goes on at once, where its rows are lower than was guessed, and higher', async () => {
    for (const text of ['one line', 'several words '.repeat(20).trim()]) {
      const slug = await conversation.writer.startRoom(...Array.from({ length: 50 }, () => text), 'the last');
      const page = await open(slug, (opened) =>
        opened.evaluateOnNewDocument((box) => {
          const untilMs = performance.now() + 4_000;
          const move = (nowMs: number) => {
            document.querySelector(box)?.scrollBy({ top: 40 });
            if (nowMs < untilMs) requestAnimationFrame(move);
          };
          requestAnimationFrame(move);
        }, list),
      );
      await expect.poll(() => staysAtEnd(page, 'the last'), { timeout: 20_000 }).toBe('stays');
      await page.browserContext().close();
    }
  });

  it('is led to its beginning in one movement, and shows it at rest, where the rows are lower than was guessed', async () => {
    // What is at the end is measured first, and all else is guessed by it.
    const texts = Array.from({ length: 48 }, (_, n) => (n < 36 ? `short ${n}` : lineOf(22 + 23 * n)));
    const slug = await conversation.writer.startRoom(...texts);
    const page = await open(slug);
    await expect.poll(() => staysAtEnd(page, texts.at(-1) ?? ''), { timeout: 20_000 }).toBe('stays');
    await page.evaluate(async (box) => {
      const frame = document.querySelector(box)!;
      for (let n = 0; n < 240; n += 1) {
        frame.scrollBy({ top: -60 });
        await new Promise(requestAnimationFrame);
      }
    }, list);
    await expect
      .poll(() =>
        page.$$eval(
          testId('chat-message'),
          (nodes) =>
            nodes.filter((node) => {
              const { top, bottom } = node.getBoundingClientRect();
              return bottom > 150 && top < 600;
            }).length,
        ),
      )
      .toBeGreaterThan(8);
    await sees(page, 'short 0');
    await page.browserContext().close();
  });

  it('scrolls into the past row by row, with none missing in view', async () => {
    const slug = await conversation.writer.createRoom();
    await conversation.writer.writeMany(slug, 70);
    const page = await open(slug);
    await sees(page, lineOf(69));
    await page.evaluate(async (box) => {
      const frame = document.querySelector(box)!;
      for (let n = 0; n < 400 && frame.scrollTop > 0; n += 1) {
        frame.scrollBy({ top: -60 });
        await new Promise(requestAnimationFrame);
      }
    }, list);
    await expect
      .poll(
        async () => {
          await page.$eval(list, (box) => box.scrollTo({ top: 0 }));
          return page.$$eval(testId('chat-message'), (nodes) => nodes[0]?.textContent);
        },
        { timeout: 20_000 },
      )
      .toBe(lineOf(0));
    await page.locator(testId('chat-latest')).click();
    await expect.poll(() => staysAtEnd(page, lineOf(69)), { timeout: 20_000 }).toBe('stays');
    await page.browserContext().close();
  });
});
