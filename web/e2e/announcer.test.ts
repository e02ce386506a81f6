import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Conversation, lineOf, list, sees, startConversation } from './conversation.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
let writer: Conversation['writer'];
beforeAll(async () => {
  conversation = await startConversation();
  ({ writer } = conversation);
});
afterAll(() => conversation?.close());

describe('the announcer', () => {
  const spoken = (page: Page) =>
    page.$$eval(`${testId('announcer')} > *`, (nodes) => nodes.map((node) => node.textContent));
  /** Lines go again after a while. */
  const listenTo = (page: Page) =>
    page.$eval(testId('announcer'), (announcer) => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      new MutationObserver((records) => {
        for (const { addedNodes } of records)
          for (const node of addedNodes) heard.push(node.textContent ?? '');
      }).observe(announcer, { childList: true });
    });
  const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: string[] }).heard);

  it('speaks what others write and who comes in, caps a burst, and is silent about the past', async () => {
    const slug = await writer.createRoom();
    await writer.writeMany(slug, 30);
    await writer.write(slug, '**the past**');
    const page = await conversation.openAsBoris(slug);
    await sees(page, lineOf(29));
    // What reads the marks comes after the first lines.
    await page.waitForSelector(`${testId('chat-message')} strong`);
    // What comes before the history is in belongs to it.
    await page.waitForSelector(`${list}[aria-busy="false"]`);
    await listenTo(page);
    await writer.write(slug, '**hello** there');
    await expect.poll(() => spoken(page)).toEqual(['Anna: hello there']);
    const clara = await conversation.server.connect('Clara');
    await clara.request('room.join', { roomSlug: slug });
    await expect.poll(() => spoken(page)).toEqual(['Anna: hello there', 'Clara came in.']);

    await page.focus(testId('chat-input'));
    await page.keyboard.type('my own');
    await page.keyboard.press('Enter');
    await writer.writeMany(slug, 21);
    await sees(page, lineOf(20));
    // All 23 are told of, and none but those: in full, or in a sum.
    const told = async () =>
      (await heard(page)).reduce(
        (sum, line) => sum + Number(/^(\d+) new messages\.$/.exec(line)?.[1] ?? 1),
        0,
      );
    await expect.poll(told, { timeout: 30_000 }).toBe(23);
    expect((await heard(page)).length).toBeLessThan(12);
    await clara.close();
    await page.browserContext().close();
  });
});
