import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Conversation, lineOf, sees, startConversation } from './conversation.ts';
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

  it('speaks what others write and who comes in, caps a burst, and is silent about the past', async () => {
    const slug = await writer.createRoom();
    await writer.writeMany(slug, 30);
    await writer.write(slug, '**the past**');
    const page = await conversation.openAsBoris(slug);
    await sees(page, lineOf(29));
    // What reads the marks comes after the first lines.
    await page.waitForSelector(`${testId('chat-message')} strong`);
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
    const last = async () => (await spoken(page)).at(-1);
    await expect.poll(last, { timeout: 15_000 }).toMatch(/^\d+ new messages\.$/);
    // All 23 are told of, and none but those: in full, or in a sum.
    const lines = await spoken(page);
    const sums = lines.flatMap((line) => /^(\d+) new messages\.$/.exec(line ?? '')?.[1] ?? []).map(Number);
    expect(lines.length - sums.length + sums.reduce((a, b) => a + b, 0)).toBe(23);
    expect(lines.length).toBeLessThanOrEqual(6);
    await clara.close();
    await page.browserContext().close();
  });
});
