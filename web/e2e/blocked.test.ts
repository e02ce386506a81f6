import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createRoom } from '../../signaling/test/rest.ts';
import { type Company, gatherCompany } from './company.ts';
import { click, fill, sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterEach(() => company.part());
afterAll(() => company?.close());

const secret = 'a word that is not to be read';
const folded = 'A message from someone you blocked.';

/** Each of these says so much, and nothing of what was written. */
const areFolded = async (page: Page, id: string, count = 1): Promise<void> => {
  await page.waitForFunction(
    (selector, words, wanted) =>
      [...document.querySelectorAll(selector)].filter((node) => node.textContent?.includes(words)).length ===
      wanted,
    {},
    testId(id),
    folded,
    count,
  );
  const texts = await page.$$eval(testId(id), (nodes) => nodes.map((node) => node.textContent).join());
  expect(texts).not.toContain(secret);
};

it('what somebody wrote whom I have blocked is folded wherever it is shown, and unfolds when I block them no more', async () => {
  const boris = await company.server.connect('Boris');
  const { slug: roomSlug } = await createRoom(company.server.url, boris.token);
  await boris.request('room.join', { roomSlug });
  const { page, id, token } = await company.visit('Anna', `/r/${roomSlug}`);
  const vera = await company.server.connect('Vera');
  await vera.request('room.join', { roomSlug });
  const root = await boris.request('chat.send', { roomSlug, text: secret, mentions: [id] });
  await boris.request('chat.pin', { messageId: root.id, isPinned: true });
  await vera.request('chat.send', { roomSlug, text: 'An answer', replyTo: root.id });
  await vera.request('chat.send', { roomSlug, text: 'In the thread', threadRootId: root.id });
  await sees(page, 'chat-quote');

  await company.ask(token, `PUT /v1/blocks/${boris.user.id}`);
  await sees(page, 'chat-folded');
  await areFolded(page, 'chat-quote');
  for (const [open, entry] of [
    ['pins-open', 'pin'],
    ['threads-open', 'thread-entry'],
  ] as const) {
    await click(page, open);
    await sees(page, entry);
    await areFolded(page, entry);
  }
  await click(page, 'search-open');
  await fill(page, 'search-input', 'word');
  await sees(page, 'search-result');
  await areFolded(page, 'search-result');
  await click(page, 'inbox-open');
  await sees(page, 'inbox-entry');
  await areFolded(page, 'inbox-entry');
  // It is nothing to be told of any more.
  await sees(page, 'inbox-entry', '[data-unread="false"]');
  await page.keyboard.press('Escape');

  await company.ask(token, `DELETE /v1/blocks/${boris.user.id}`);
  await page.waitForSelector(testId('chat-folded'), { hidden: true });
  await page.waitForFunction(
    (selector, words) => document.querySelector(selector)?.textContent?.includes(words),
    {},
    testId('search-result'),
    secret,
  );
  await Promise.all([boris.close(), vera.close()]);
});
