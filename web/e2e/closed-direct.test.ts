import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Company, gatherCompany, type Visitor } from './company.ts';
import { click, sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterEach(() => company.part());
afterAll(() => company?.close());

/** Of two tabs one is in front, and the other draws nothing. */
const isGone = async (page: Page, id: string): Promise<void> => {
  await page.bringToFront();
  await page.waitForSelector(testId(id), { hidden: true });
};

const shows = async (page: Page, id: string): Promise<void> => {
  await page.bringToFront();
  await sees(page, id);
};

/** Anna, and a conversation with Boris, who writes without a page. */
const begin = async () => {
  const anna = await company.visit('Anna');
  const boris = await company.server.connect('Boris');
  const { room } = (await company.ask(boris.token, 'POST /v1/direct', { user_id: anna.id })) as {
    room: { slug: string };
  };
  const say = async (text: string) => {
    await boris.request('room.join', { roomSlug: room.slug });
    await boris.request('chat.send', { roomSlug: room.slug, text });
  };
  await say('Hello');
  await sees(anna.page, `room-${room.slug}`);
  return { anna, boris, say, slug: room.slug, id: `room-${room.slug}` };
};

const closeFromList = async ({ page }: Visitor, id: string): Promise<void> => {
  await page.bringToFront();
  await page.locator(testId(id)).click({ button: 'right' });
  await click(page, 'room-close');
  await isGone(page, id);
};

it('a conversation that is closed is out of the list on every page, also after a reload, and comes back with a message', async () => {
  const { anna, boris, say, id } = await begin();
  const other = await company.again(anna, '/r/general');
  await shows(other, id);
  await closeFromList(anna, id);
  await isGone(other, id);
  await anna.page.reload();
  await shows(anna.page, 'room-general');
  expect(await anna.page.$(testId(id))).toBeNull();
  await say('Are you there?');
  for (const page of [anna.page, other]) await shows(page, id);
  await boris.close();
});

it('a conversation that is closed while it is read leads elsewhere, and comes back whole when it is opened', async () => {
  const { anna, boris, slug, id } = await begin();
  await click(anna.page, id);
  await sees(anna.page, 'chat-message');
  await click(anna.page, 'room-menu');
  await click(anna.page, 'room-close');
  await isGone(anna.page, id);
  await sees(anna.page, 'room-general', '[aria-current]');
  await anna.page.goto(`${company.server.url}/r/${slug}`);
  await sees(anna.page, id, '[aria-current]');
  await sees(anna.page, 'chat-message');
  await boris.close();
});

it('a conversation that is closed at one device stays before the eyes of who reads it at another', async () => {
  const { anna, boris, slug, id } = await begin();
  const reading = await company.again(anna, `/r/${slug}`);
  await sees(reading, 'chat-message');
  await closeFromList(anna, id);
  await isGone(reading, id);
  await sees(reading, 'chat-message');
  await boris.close();
});
