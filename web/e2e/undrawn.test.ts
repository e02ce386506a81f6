import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createRoom } from '../../signaling/test/rest.ts';
import { type Company, gatherCompany } from './company.ts';
import { list } from './conversation.ts';
import { holdHistory } from './held-requests.ts';
import { sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterEach(() => company.part());
afterAll(() => company?.close());

/** A tab in the background, or a busy device: the page is not told how large anything is. */
const holdSizes = async (page: Page): Promise<() => Promise<void>> => {
  await page.evaluateOnNewDocument(() => {
    const Native = window.ResizeObserver;
    const told = new Promise<void>((resolve) => addEventListener('tell-sizes', () => resolve()));
    window.ResizeObserver = class extends Native {
      constructor(take: ResizeObserverCallback) {
        super((entries, observer) => void told.then(() => take(entries, observer)));
      }
    };
  });
  return () => page.evaluate(() => void dispatchEvent(new Event('tell-sizes')));
};

it('a short conversation is all there, whose older messages came in before the page was told how large it is', async () => {
  const boris = await company.server.connect('Boris');
  const { slug: roomSlug } = await createRoom(company.server.url, boris.token);
  await boris.request('room.join', { roomSlug });
  for (const text of ['first', 'second']) await boris.request('chat.send', { roomSlug, text });
  const { page } = await company.visit('Anna');
  await sees(page, 'chat-input');
  const [tellSizes, releaseHistory] = [await holdSizes(page), await holdHistory(page)];
  await page.goto(`${company.server.url}/r/${roomSlug}`);
  await sees(page, 'attach');
  await boris.request('chat.send', { roomSlug, text: 'third' });
  // A list whose rows are not drawn yet.
  await page.waitForSelector(`${list} > [style*="height"]`);
  releaseHistory();
  await page.waitForSelector(`${list}[aria-busy="false"]`);
  await tellSizes();
  await expect
    .poll(() => page.$$eval(testId('chat-message'), (nodes) => nodes.map((node) => node.textContent)))
    .toEqual(['first', 'second', 'third']);
  await boris.close();
});
