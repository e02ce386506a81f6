import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Conversation, fromEnd, lineOf, list, places, sees, startConversation } from './conversation.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
let writer: Conversation['writer'];
beforeAll(async () => {
  conversation = await startConversation();
  ({ writer } = conversation);
});
afterAll(() => conversation?.close());

/** Waits until the page has been drawn a few times more. */
const frames = (page: Page, count = 10) =>
  page.evaluate(async (wanted) => {
    for (let n = 0; n < wanted; n += 1) await new Promise(requestAnimationFrame);
  }, count);

/** Waits until nothing in view moves any more: a key or a turn of the wheel scrolls for a while. */
const settles = (page: Page) =>
  expect
    .poll(async () => {
      const before = await places(page);
      await frames(page);
      return JSON.stringify(await places(page)) === JSON.stringify(before);
    })
    .toBe(true);

/** Turns the wheel up until the oldest line that is here is drawn. */
const wheelTo = async (page: Page, text: string): Promise<void> => {
  await page.hover(list);
  await expect
    .poll(
      async () => {
        const found = await page.$$eval(
          testId('chat-message'),
          (nodes, wanted) => nodes.some((node) => node.textContent === wanted),
          text,
        );
        if (!found) await page.mouse.wheel({ deltaY: -400 });
        return found;
      },
      { timeout: 20_000, interval: 30 },
    )
    .toBe(true);
};

describe('the timeline', () => {
  it('opens at the end, loads what is older by scrolling, and keeps its place to the pixel', async () => {
    const slug = await writer.createRoom();
    await writer.writeMany(slug, 120);
    const page = await conversation.openAsBoris(slug);
    await sees(page, lineOf(119));
    await expect.poll(() => fromEnd(page)).toBe(0);

    // Holds the next page back until the rows that are in view have been measured.
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const isOlder = request.url().includes('before=');
      void (isOlder ? held : Promise.resolve()).then(() => request.continue()).catch(() => {});
    });
    await wheelTo(page, lineOf(70));
    await page.waitForSelector(`${list}[aria-busy="true"]`);
    await expect.poll(async () => Object.keys(await places(page)).length).toBeGreaterThan(3);
    await settles(page);
    const before = await places(page);
    release();
    await page.waitForSelector(`${list}[aria-busy="false"]`);
    await frames(page);
    const after = await places(page);
    for (const [text, top] of Object.entries(before)) {
      expect([text, Math.abs((after[text] ?? Number.NaN) - top) <= 1]).toEqual([text, true]);
    }
    await wheelTo(page, lineOf(0));
    await page.waitForFunction(() => document.body.textContent?.includes('where the conversation begins'));
    await page.browserContext().close();
  });

  it('stays at the end when messages come and the composer grows, and goes there when I write', async () => {
    const slug = await writer.createRoom();
    await writer.writeMany(slug, 60);
    const page = await conversation.openAsBoris(slug);
    await sees(page, lineOf(59));
    await writer.write(slug, 'one more\n'.repeat(30).trim());
    await expect.poll(() => fromEnd(page)).toBe(0);
    await sees(page, 'one more\n'.repeat(30).trim());

    await page.focus(testId('chat-input'));
    const heightBefore = await page.$eval(list, (box) => box.clientHeight);
    for (let n = 0; n < 8; n += 1) {
      await page.keyboard.type('text');
      await page.keyboard.down('Shift');
      await page.keyboard.press('Enter');
      await page.keyboard.up('Shift');
    }
    expect(await page.$eval(list, (box) => box.clientHeight)).toBeLessThan(heightBefore - 100);
    // The end is restored before the next frame is drawn, which may be after the key is handled.
    await expect.poll(() => fromEnd(page)).toBe(0);
    await page.setViewport({ width: 500, height: 500 });
    await expect.poll(() => fromEnd(page)).toBe(0);

    await page.setViewport({ width: 1280, height: 800 });
    await wheelTo(page, lineOf(20));
    await page.focus(testId('chat-input'));
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${testId('chat-message')}[data-user-name="Boris"][data-status="sent"]`);
    await expect.poll(() => fromEnd(page)).toBe(0);
    await page.browserContext().close();
  });

  it('counts what comes while the reader is away, and End leads back', async () => {
    const slug = await writer.createRoom();
    await writer.writeMany(slug, 60);
    const page = await conversation.openAsBoris(slug);
    await sees(page, lineOf(59));
    await page.focus(list);
    await page.keyboard.press('PageUp');
    await page.waitForSelector(testId('chat-latest'));
    await settles(page);
    const before = await places(page);
    await writer.write(slug, 'first');
    await writer.write(slug, 'second');
    await page.waitForFunction(
      (selector) => document.querySelector(selector)?.textContent?.includes('2 new messages'),
      {},
      testId('chat-latest'),
    );
    expect(await places(page)).toEqual(before);
    await page.keyboard.press('End');
    await sees(page, 'second');
    await expect.poll(() => fromEnd(page)).toBe(0);
    expect(await page.$(testId('chat-latest'))).toBeNull();

    await page.keyboard.press('Home');
    await page.locator(testId('chat-latest')).click();
    await expect.poll(() => fromEnd(page)).toBe(0);
    // The button has gone; the focus has not gone with it.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-live'))).toBe('off');
    await page.browserContext().close();
  });

  it('draws marks as elements, and nothing else that somebody writes', async () => {
    const slug = await writer.createRoom();
    const attacks = [
      '<img src=x onerror="window.attacked = true">',
      '[a](javascript:window.attacked=true)',
      '<script>window.attacked = true</script>',
    ];
    for (const attack of attacks) await writer.write(slug, attack);
    await writer.write(slug, '**bold** and https://example.org/');
    const page = await conversation.openAsBoris(slug);
    await sees(page, 'bold and https://example.org/');
    const texts = await page.$$eval(testId('chat-message'), (nodes) => nodes.map((node) => node.textContent));
    expect(texts).toEqual([...attacks, 'bold and https://example.org/']);
    const inside = `${testId('chat-message')} `;
    expect(await page.$$eval(`${inside}img, ${inside}script`, (nodes) => nodes.length)).toBe(0);
    expect(await page.evaluate(() => 'attacked' in window)).toBe(false);
    const links = await page.$$eval(`${inside}a`, (nodes) =>
      nodes.map((node) => {
        const { href, target, rel } = node as HTMLAnchorElement;
        return { href, target, rel };
      }),
    );
    expect(links).toEqual([
      { href: 'https://example.org/', target: '_blank', rel: 'noopener noreferrer nofollow' },
    ]);
    expect(await page.$eval(`${inside}strong`, (node) => node.textContent)).toBe('bold');
    await page.browserContext().close();
  });

  it('leads into the past by the address of a message, reads on from there, and back to the newest', async () => {
    const slug = await writer.createRoom();
    await writer.writeMany(slug, 100);
    const old = (await writer.write(slug, 'a line of long ago')) as { id: string };
    await writer.write(slug, 'what followed it');
    await writer.writeMany(slug, 200);
    const page = await conversation.openAsBoris(slug);
    await sees(page, lineOf(199));
    await page.goto(`${conversation.server.url}/r/${slug}/${old.id}`);
    await sees(page, 'a line of long ago');
    await sees(page, 'what followed it');
    await wheelTo(page, lineOf(60));
    await page.locator(testId('chat-latest')).click();
    await sees(page, lineOf(199));
    await expect.poll(() => fromEnd(page)).toBeLessThan(2);
    await page.browserContext().close();
  });

  it('keeps few nodes of hundreds of messages in the page', async () => {
    const slug = await writer.createRoom();
    await writer.writeMany(slug, 400);
    const page = await conversation.openAsBoris(slug);
    await sees(page, lineOf(399));
    await page.focus(list);
    let most = 0;
    // Up to the first page of the history: each Home meets older messages.
    await expect
      .poll(
        async () => {
          await page.keyboard.press('Home');
          most = Math.max(most, await page.$$eval(testId('chat-message'), (nodes) => nodes.length));
          return page.$$eval(testId('chat-message'), (nodes) => nodes[0]?.textContent);
        },
        { timeout: 30_000, interval: 50 },
      )
      .toBe(lineOf(0));
    await page.keyboard.press('End');
    await sees(page, lineOf(399));
    most = Math.max(most, await page.$$eval(testId('chat-message'), (nodes) => nodes.length));
    expect(most).toBeLessThan(120);
    await page.browserContext().close();
  });

  it('keeps a link that has the focus in the page, however far the reader scrolls', async () => {
    const slug = await writer.createRoom();
    await writer.writeMany(slug, 49);
    await writer.write(slug, 'https://example.org/');
    const page = await conversation.openAsBoris(slug);
    // Marks are drawn a moment after the words.
    await page.waitForSelector(`${testId('chat-message')} a`);
    await page.focus(`${testId('chat-message')} a`);
    await wheelTo(page, lineOf(2));
    expect(await page.evaluate(() => (document.activeElement as HTMLAnchorElement).href)).toBe(
      'https://example.org/',
    );
    await page.browserContext().close();
  });
});
