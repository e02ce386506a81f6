import { randomUUID } from 'node:crypto';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Company, gatherCompany } from './company.ts';
import { click, fill, sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterEach(() => company.part());
afterAll(() => company?.close());

/** Anna's room, which everybody may enter, and its settings. */
const openSettings = async (section: string) => {
  const slug = `yard-${randomUUID().slice(0, 8)}`;
  const anna = await company.visit('Anna');
  await company.ask(anna.token, 'POST /v1/rooms', { slug, title: 'Yard' });
  await click(anna.page, `room-${slug}`);
  await anna.page.waitForSelector(`${testId(`room-${slug}`)}[aria-current]`);
  await click(anna.page, 'room-menu');
  await click(anna.page, 'room-settings');
  await click(anna.page, `section-${section}`);
  return { anna, slug, page: anna.page };
};

/** Finds somebody by name, and chooses them. */
const choose = async (page: Page, name: string): Promise<void> => {
  await fill(page, 'people-query', name);
  await page.waitForFunction(
    (selector, text) => {
      const found = [...document.querySelectorAll(selector)];
      return found.length === 1 && found[0]?.textContent?.includes(text);
    },
    {},
    testId('person-found'),
    name,
  );
  await page.keyboard.press('Enter');
  await sees(page, 'confirm-submit');
};

const textOf = (page: Page, id: string) => page.$eval(testId(id), (node) => node.textContent ?? '');

it('a moderator mutes somebody by name, sees who is muted, why and by whom, and lets them write again', async () => {
  const name = `Boris ${randomUUID().slice(0, 8)}`;
  const { slug, page } = await openSettings('mutes');
  const boris = await company.visit(name, `/r/${slug}`);
  await sees(boris.page, 'chat-input');
  await click(page, 'mute-add');
  await choose(page, name);
  await click(page, 'mute-voice');
  await fill(page, 'reason', 'Shouting');
  await click(page, 'confirm-submit');
  await sees(page, 'mute', `[data-user-name="${name}"]`);
  const told = await textOf(page, 'mute');
  for (const words of ['Shouting', 'cannot write', 'until', 'by Anna']) expect(told).toContain(words);
  await sees(boris.page, 'chat-closed', '[data-reason="muted"]');
  await click(page, 'mute-lift');
  await page.waitForSelector(testId('mute'), { hidden: true });
  await sees(boris.page, 'chat-input');
});

it('a moderator bans somebody by name who was never in the room, and lifts it there', async () => {
  const name = `Vera ${randomUUID().slice(0, 8)}`;
  const { slug, page } = await openSettings('bans');
  const vera = await company.visit(name);
  await click(page, 'ban-add');
  await choose(page, name);
  await fill(page, 'reason', 'Elsewhere too');
  await click(page, 'confirm-submit');
  await sees(page, 'ban', `[data-user-name="${name}"]`);
  const told = await textOf(page, 'ban');
  for (const words of ['Elsewhere too', 'For good', 'by Anna']) expect(told).toContain(words);
  await vera.page.waitForSelector(testId(`room-${slug}`), { hidden: true });
  await click(page, 'ban-lift');
  await page.waitForSelector(testId('ban'), { hidden: true });
  await sees(vera.page, `room-${slug}`);
});
