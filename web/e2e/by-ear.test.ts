import { randomUUID } from 'node:crypto';
import type { ElementHandle, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './browser.ts';
import { type Company, gatherCompany, type Visitor } from './company.ts';
import {
  choose,
  goToLastMessage,
  hears,
  press,
  tabTo,
  waitForFocusOn,
  waitForFocusOnMessage,
  write,
} from './focus.ts';
import { says, sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany(() => launchChromium());
});
afterEach(() => company.part());
afterAll(() => company?.close());

const inRussian = { 'boltorezka.language': 'ru' };

/** A room of Anna's, with Anna in it. */
const begin = async (room: Record<string, unknown> = {}, preferences = {}) => {
  const slug = `ear-${randomUUID().slice(0, 8)}`;
  const anna = await company.visit('Anna', '/r/general', preferences);
  await company.ask(anna.token, 'POST /v1/rooms', { slug, title: 'Plans', ...room });
  await anna.page.goto(`${company.server.url}/r/${slug}`);
  await sees(anna.page, 'chat-input');
  return { slug, anna };
};

const say = async ({ page }: Visitor, text: string): Promise<void> => {
  await write(page, 'chat-input', text);
  await page.keyboard.press('Enter');
  await isSent(page, text);
};

const isSent = (page: Page, text: string) =>
  says(page, `${testId('chat-message')}[data-status="sent"]`, text);

const isOnTag = (page: Page, tag: string) =>
  page.waitForFunction((wanted) => document.activeElement?.localName === wanted, {}, tag);

const textIn = (page: Page, selector: string) =>
  page.$eval(selector, (field) => (field as HTMLTextAreaElement).value);

/** Opens the menu of a person in the list, which has one button for each but oneself. */
const openPerson = async (page: Page, name: string): Promise<void> => {
  const row = `${testId('member')}[data-user-name="${name}"] button`;
  await page.waitForSelector(row);
  for (let n = 0; n < 80; n += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), row)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
};

/** This page knows whether somebody is muted. */
const isMuted = (page: Page, name: string, isWanted: boolean) =>
  page.waitForFunction(
    (selector, wanted) => document.querySelector(selector)?.textContent?.includes('muted') === wanted,
    {},
    `${testId('member')}[data-user-name="${name}"]`,
    isWanted,
  );

const actOn = async (page: Page, name: string, action: string): Promise<void> => {
  await openPerson(page, name);
  await choose(page, `person-${action}`);
  await sees(page, 'confirm-submit');
  await press(page, 'confirm-submit');
};

const unfold = async (page: Page, id: string): Promise<void> => {
  for (let n = 0; n < 40; n += 1) {
    const isThere = await page.evaluate(
      (selector) => document.activeElement?.matches(`${selector} > summary`),
      testId(id),
    );
    if (isThere) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.waitForSelector(`${testId(id)}[open]`);
};

describe('by keyboard and by ear, messages', () => {
  it('get a reaction from the picker, are pinned and answered, and tell what they have', async () => {
    const { anna } = await begin();
    const { page } = anna;
    await say(anna, 'the plan');
    await goToLastMessage(page);
    await page.keyboard.press('Equal');
    await waitForFocusOn(page, 'emoji-search');
    await page.keyboard.type('tada');
    await page.waitForFunction(
      (selector) => document.querySelectorAll(selector).length === 1,
      {},
      testId('emoji'),
    );
    await page.keyboard.press('Enter');
    await waitForFocusOnMessage(page, '🎉, 1 person');
    await page.keyboard.press('p');
    await hears(page, 'Pinned: Anna: the plan');
    await waitForFocusOnMessage(page, 'pinned');

    await page.keyboard.press('r');
    await waitForFocusOn(page, 'chat-input');
    await hears(page, 'Reply to Anna: the plan');
    await page.keyboard.type('an answer');
    await page.keyboard.press('Enter');
    await isSent(page, 'an answer');
    await goToLastMessage(page);
    await waitForFocusOnMessage(page, 'in answer to Anna: the plan');
    await page.keyboard.press('Escape');
    await waitForFocusOn(page, 'chat-input');
    await page.keyboard.press('ArrowUp');
    await hears(page, 'Editing: an answer');
  });

  it('of a thread are written at once, and to nobody else', async () => {
    const { anna } = await begin();
    const { page } = anna;
    await say(anna, 'the plan');
    await goToLastMessage(page);
    await page.keyboard.press('t');
    await isOnTag(page, 'h2');
    await sees(page, 'panel', ` ${testId('chat-input')}`);
    await page.keyboard.type('only here');
    expect(await textIn(page, `${testId('panel')} ${testId('chat-input')}`)).toBe('only here');
    expect(await textIn(page, testId('chat-input'))).toBe('');
    const names = await page.$$eval(testId('chat-input'), (fields) =>
      fields.map(({ ariaLabel }) => ariaLabel),
    );
    expect(new Set(names).size).toBe(2);
    await page.keyboard.press('Enter');
    await says(page, testId('panel'), 'only here');
    await page.keyboard.press('Escape');
    await waitForFocusOnMessage(page, '1 reply');
  });

  it('are looked for, and looked through, beside the room: each panel gives the focus back', async () => {
    const { anna } = await begin();
    const { page } = anna;
    for (const kind of ['search', 'threads', 'pins']) {
      await press(page, `${kind}-open`);
      await page.waitForFunction(
        (selector) => document.querySelector(selector)?.contains(document.activeElement),
        {},
        testId('panel'),
      );
      await page.keyboard.press('Escape');
      await waitForFocusOn(page, `${kind}-open`);
    }
  });

  it('with files say that these are there; one that is taken back leaves the focus where one writes', async () => {
    const { anna } = await begin();
    const { page } = anna;
    const input = (await page.waitForSelector(testId('attach-input'))) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(import.meta.filename);
    await hears(page, '1 file is attached.');
    await press(page, 'upload-remove');
    await waitForFocusOn(page, 'chat-input');
  });

  it('that come too soon are not dropped in silence', async () => {
    const { slug, anna } = await begin({}, inRussian);
    await company.ask(anna.token, `PATCH /v1/rooms/${slug}`, { slow_mode_s: 60 });
    const boris = await company.visit('Boris', `/r/${slug}`, inRussian);
    await say(boris, 'one');
    await write(boris.page, 'chat-input', 'two');
    await boris.page.keyboard.press('Enter');
    await hears(boris.page, 'Медленный режим: следующее сообщение через');
  });

  it('from elsewhere are told, where the browser does not show them', async () => {
    const { slug, anna } = await begin({}, inRussian);
    // Of that name there is nobody else.
    const wanda = await company.visit('Wanda', `/r/${slug}`, inRussian);
    await sees(wanda.page, 'chat-input');
    await press(wanda.page, 'room-general');
    await wanda.page.waitForSelector(`${testId('room-general')}[aria-current]`);
    await write(anna.page, 'chat-input', '@Wand');
    await sees(anna.page, 'completion');
    await anna.page.keyboard.press('Enter');
    await anna.page.keyboard.type('look');
    await anna.page.keyboard.press('Enter');
    await hears(wanda.page, 'Plans: @Wanda look');
  });
});

describe('by keyboard and by ear, dialogs', () => {
  it('begin at what is chosen, tell what is done inside, and give the focus back', async () => {
    const { slug, anna } = await begin({}, inRussian);
    const boris = await company.visit('Boris', `/r/${slug}`, inRussian);
    await say(boris, 'rude');
    await say(anna, 'calm');
    await openPerson(anna.page, 'Boris');
    await choose(anna.page, 'person-role');
    await waitForFocusOn(anna.page, 'role-member');
    await anna.page.keyboard.press('Escape');

    await goToLastMessage(boris.page);
    await boris.page.keyboard.press('Enter');
    await choose(boris.page, 'action-report');
    await waitForFocusOn(boris.page, 'report-reason');
    await boris.page.keyboard.type('not calm');
    await press(boris.page, 'confirm-submit');
    await hears(boris.page, 'Жалоба отправлена.');
    await waitForFocusOnMessage(boris.page);
  });

  it('of the settings say what was wrong and what is done', async () => {
    const { page } = await company.visit('Boris');
    await sees(page, 'chat-input');
    await press(page, 'settings-open');
    await tabTo(page, 'setting-notify');
    for (const fold of ['settings-password', 'settings-devices']) await unfold(page, fold);
    await write(page, 'account-current-password', 'not this one');
    await write(page, 'account-new-password', 'another password');
    await page.keyboard.press('Enter');
    await waitForFocusOn(page, 'account-current-password');
    await page.waitForSelector(`${testId('account-current-password')}[aria-invalid="true"]`);
    await press(page, 'devices-end-others');
    await hears(page, 'The other devices are signed out.');
  });
});

describe('by keyboard and by ear, a room that closes and opens', () => {
  it('leads from the door to where one writes, and tells its moderator who waits', async () => {
    const { slug, anna } = await begin({ is_public: false });
    const boris = await company.visit('Boris', `/r/${slug}`);
    await sees(boris.page, 'room-door');
    await write(boris.page, 'door-words', 'May I?');
    await press(boris.page, 'door-ask');
    await sees(boris.page, 'door-waiting');
    await isOnTag(boris.page, 'h2');

    await hears(anna.page, '1 thing is waiting for a moderator');
    await press(anna.page, 'waiting-open');
    await waitForFocusOn(anna.page, 'section-requests');
    await press(anna.page, 'request-accept');
    await hears(anna.page, 'Boris is let in.');
    await waitForFocusOn(boris.page, 'chat-input');
    await anna.page.keyboard.press('Escape');
    // What led to the requests has gone with the last of them.
    await isOnTag(anna.page, 'main');

    await actOn(anna.page, 'Boris', 'mute');
    await boris.page.waitForFunction(
      (selector) => document.activeElement?.contains(document.querySelector(selector)),
      {},
      testId('chat-closed'),
    );
    await isMuted(anna.page, 'Boris', true);
    await openPerson(anna.page, 'Boris');
    await choose(anna.page, 'person-unmute');
    await waitForFocusOn(boris.page, 'chat-input');
    await isMuted(anna.page, 'Boris', false);
    await tabTo(boris.page, 'settings-open');
    await actOn(anna.page, 'Boris', 'mute');
    await hears(boris.page, 'A moderator has muted you here');
    await waitForFocusOn(boris.page, 'settings-open');

    await actOn(anna.page, 'Boris', 'remove');
    await hears(anna.page, 'Boris was removed from the room.');
    // The row of who is gone has led to it, and has gone as well.
    await anna.page.waitForFunction(() => document.activeElement !== document.body);
    await sees(boris.page, 'room-gone');
    await isOnTag(boris.page, 'h2');
    await boris.page.keyboard.press('Tab');
    await boris.page.keyboard.press('Enter');
    await sees(boris.page, 'room-door');
    await isOnTag(boris.page, 'h2');
  });
});
