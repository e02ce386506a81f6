import { randomUUID } from 'node:crypto';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Company, gatherCompany } from './company.ts';
import { click, fill, isJoined, says, sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterEach(() => company.part());
afterAll(() => company?.close());

const uniqueSlug = (word: string): string => `${word}-${randomUUID().slice(0, 8)}`;

const createPrivateRoom = async (page: Page, slug: string, acceptsRequests = false): Promise<void> => {
  await sees(page, 'chat-input');
  await click(page, 'room-create');
  await fill(page, 'new-room-title', 'Council');
  await fill(page, 'new-room-slug', slug);
  await fill(page, 'new-room-topic', 'What we decide');
  await click(page, 'new-room-private');
  if (acceptsRequests) await click(page, 'new-room-requests');
  await click(page, 'new-room-submit');
  await page.waitForSelector(`${testId(`room-${slug}`)}[aria-current]`);
  await sees(page, 'room-topic');
};

const makeInvitation = async (page: Page): Promise<string> => {
  await click(page, 'room-menu');
  await click(page, 'room-invite');
  await click(page, 'invitation-create');
  await sees(page, 'invitation-link');
  const link = await page.$eval(testId('invitation-link'), (field) => (field as HTMLInputElement).value);
  await page.keyboard.press('Escape');
  await page.waitForSelector(testId('invitation-link'), { hidden: true });
  return link;
};

const memberRow = (name: string, more = ''): string => `${testId('member')}[data-user-name="${name}"]${more}`;

const actOn = async (page: Page, name: string, action: string): Promise<void> => {
  await page.locator(`${memberRow(name)} button`).click();
  await click(page, `person-${action}`);
  await sees(page, 'confirm-submit');
};

const confirm = async (page: Page): Promise<void> => {
  await click(page, 'confirm-submit');
  await page.waitForSelector(testId('confirm-submit'), { hidden: true });
};

const openSettings = async (page: Page, section: string): Promise<void> => {
  await click(page, 'room-menu');
  await click(page, 'room-settings');
  await click(page, `section-${section}`);
};

describe('in a private room', () => {
  it('somebody comes by a link, gets a role, is muted and banned, and the log tells of it', async () => {
    const slug = uniqueSlug('council');
    const [anna, boris] = [await company.visit('Anna'), await company.visit('Boris')];
    await createPrivateRoom(anna.page, slug);
    const link = await makeInvitation(anna.page);
    expect(link).toMatch(new RegExp(`^${company.server.url}/invite#[\\w-]{16,64}$`));
    await boris.page.goto(link);
    await click(boris.page, 'invite-accept');
    await boris.page.waitForSelector(`${testId(`room-${slug}`)}[aria-current]`);
    await sees(boris.page, 'chat-input');

    await actOn(anna.page, 'Boris', 'role');
    await click(anna.page, 'role-moderator');
    await confirm(anna.page);
    for (const { page } of [anna, boris])
      await page.waitForSelector(memberRow('Boris', '[data-here="true"][data-role="moderator"]'));
    await click(boris.page, 'room-menu');
    await sees(boris.page, 'room-settings');
    await boris.page.keyboard.press('Escape');

    await actOn(anna.page, 'Boris', 'mute');
    await confirm(anna.page);
    await anna.page.waitForFunction(
      (selector) => document.querySelector(selector)?.textContent?.includes('muted'),
      {},
      memberRow('Boris'),
    );

    await actOn(anna.page, 'Boris', 'ban');
    await fill(anna.page, 'reason', 'Noise');
    const beganAt = Date.now();
    await click(anna.page, 'confirm-submit');
    await boris.page.waitForSelector(`${testId('room-gone')}[data-reason="banned"]`);
    const tookMs = Date.now() - beganAt;
    console.log(`a ban ended the view of who was banned after ${tookMs} ms`);
    expect(tookMs).toBeLessThan(10_000);
    expect(await boris.page.$eval(testId('room-gone'), (box) => box.textContent)).toContain('Noise');
    await boris.page.waitForSelector(testId(`room-${slug}`), { hidden: true });
    await anna.page.waitForSelector(memberRow('Boris'), { hidden: true });

    await openSettings(anna.page, 'audit');
    await sees(anna.page, 'audit-entry');
    const actions = await anna.page.$$eval(testId('audit-entry'), (rows) =>
      rows.map((row) => (row as HTMLElement).dataset.action),
    );
    expect(actions).toEqual([
      ...['member.ban', 'member.mute', 'member.role', 'member.join', 'invitation.create', 'room.create'],
    ]);
    expect(await anna.page.$eval(testId('audit-entry'), (row) => row.textContent)).toContain(
      'Anna banned Boris',
    );
  });

  it('who was banned and comes again is told why, and comes in once the ban is lifted', async () => {
    const slug = uniqueSlug('open');
    const anna = await company.visit('Anna');
    await company.ask(anna.token, 'POST /v1/rooms', { slug, title: 'Open house' });
    const boris = await company.visit('Boris', `/r/${slug}`);
    await isJoined(boris.page);
    await company.ask(anna.token, `PUT /v1/rooms/${slug}/bans/${boris.id}`, { reason: 'Too loud' });
    await sees(boris.page, 'room-gone');
    await boris.page.reload();
    await sees(boris.page, 'door-banned');
    expect(await boris.page.$eval(testId('door-banned'), (box) => box.textContent)).toContain('Too loud');

    await click(anna.page, `room-${slug}`);
    await openSettings(anna.page, 'bans');
    await click(anna.page, 'ban-lift');
    await anna.page.waitForSelector(testId('ban'), { hidden: true });
    await sees(boris.page, 'chat-input');
  });

  /** In its header and in the title of the window. */
  const isCalled = (page: Page, name: string) =>
    page.waitForFunction(
      (selector, wanted) =>
        document.querySelector(selector)?.textContent === wanted && document.title.includes(wanted),
      {},
      testId('room-heading'),
      name,
    );

  it('nobody else finds what was made private, unless its maker lets others ask', async () => {
    const slug = uniqueSlug('council');
    const anna = await company.visit('Anna');
    await createPrivateRoom(anna.page, slug);
    const boris = await company.visit('Boris', `/r/${slug}`);
    await sees(boris.page, 'room-failed');
    await isCalled(boris.page, 'Unknown room');
    expect(await boris.page.$eval('body', (page) => page.textContent)).not.toContain('Council');
  });

  it('a stranger asks at the door, a moderator sees it, and whoever is let in is in', async () => {
    const slug = uniqueSlug('council');
    const anna = await company.visit('Anna');
    await createPrivateRoom(anna.page, slug, true);
    const boris = await company.visit('Boris', `/r/${slug}`);
    await boris.page.waitForSelector(`${testId('room-door')}[data-standing="closed"]`);
    expect(await boris.page.$eval(testId('room-door'), (box) => box.textContent)).toContain('What we decide');
    await isCalled(boris.page, 'Council');
    await fill(boris.page, 'door-words', 'May I?');
    await click(boris.page, 'door-ask');
    await sees(boris.page, 'door-waiting');
    await boris.page.reload();
    await sees(boris.page, 'door-waiting');

    await sees(anna.page, 'room-waiting');
    await click(anna.page, 'waiting-open');
    await sees(anna.page, 'join-request');
    expect(await anna.page.$eval(testId('join-request'), (row) => row.textContent)).toContain('May I?');
    await click(anna.page, 'request-accept');
    await sees(boris.page, 'chat-input');
    await anna.page.waitForSelector(testId('join-request'), { hidden: true });
    await anna.page.waitForSelector(testId('room-waiting'), { hidden: true });
  });

  it('a moderator who comes later is told what waits', async () => {
    const slug = uniqueSlug('council');
    const anna = await company.visit('Anna');
    await createPrivateRoom(anna.page, slug, true);
    const boris = await company.visit('Boris');
    await anna.page.goto('about:blank');
    await company.ask(boris.token, `POST /v1/rooms/${slug}/join-requests`, { text: '' });
    await anna.page.goto(`${company.server.url}/r/general`);
    await sees(anna.page, 'room-waiting');
  });
});

describe('of a public room', () => {
  it('who is sent out may come back, and who deletes it has to know its name', async () => {
    const slug = uniqueSlug('lounge');
    const anna = await company.visit('Anna');
    await company.ask(anna.token, 'POST /v1/rooms', { slug, title: 'Lounge' });
    const boris = await company.visit('Boris', `/r/${slug}`);
    await isJoined(boris.page);
    await click(anna.page, `room-${slug}`);
    await actOn(anna.page, 'Boris', 'remove');
    await confirm(anna.page);
    await boris.page.waitForSelector(`${testId('room-gone')}[data-reason="kicked"]`);
    await sees(boris.page, `room-${slug}`);
    await boris.page.locator(`${testId('room-gone')} button`).click();
    await isJoined(boris.page);

    await openSettings(anna.page, 'end');
    await click(anna.page, 'room-delete');
    await fill(anna.page, 'delete-name', 'lounge');
    await anna.page.waitForSelector(`${testId('confirm-submit')}[aria-disabled="true"]`);
    await fill(anna.page, 'delete-name', 'Lounge');
    await click(anna.page, 'confirm-submit');
    for (const { page } of [anna, boris]) {
      await page.waitForSelector(`${testId('room-gone')}[data-reason="deleted"]`);
      await page.waitForSelector(testId(`room-${slug}`), { hidden: true });
    }
    await click(boris.page, 'room-elsewhere');
    await sees(boris.page, 'chat-input');
  });

  it('is archived, and lets nobody into its call until it is open again', async () => {
    const slug = uniqueSlug('shut');
    const { page } = await company.visit('Anna');
    await createPrivateRoom(page, slug);
    await sees(page, 'voice-join');
    await openSettings(page, 'end');
    await click(page, 'room-archive');
    await page.waitForSelector(testId('voice-join'), { hidden: true });
    await click(page, 'room-archive');
    await sees(page, 'voice-join');
  });

  it('its name and topic are new for everybody at once', async () => {
    const slug = uniqueSlug('lounge');
    const anna = await company.visit('Anna');
    await company.ask(anna.token, 'POST /v1/rooms', { slug, title: 'Lounge' });
    const boris = await company.visit('Boris', `/r/${slug}`);
    await sees(boris.page, 'chat-input');
    await click(anna.page, `room-${slug}`);
    await openSettings(anna.page, 'about');
    await fill(anna.page, 'about-title', 'Salon');
    await fill(anna.page, 'about-topic', 'Talk about everything');
    await fill(anna.page, 'about-category', 'Leisure');
    await click(anna.page, 'about-save');
    await sees(boris.page, 'room-topic');
    await boris.page.waitForFunction(
      (selector) => document.querySelector(selector)?.textContent === 'Salon',
      {},
      testId('room-heading'),
    );
    await sees(boris.page, 'fold-category:Leisure');
  });
});

describe('two people', () => {
  it('write to each other, found by name, until one has blocked the other', async () => {
    const name = `Vera ${randomUUID().slice(0, 8)}`;
    const [anna, vera] = [await company.visit('Anna'), await company.visit(name)];
    await sees(anna.page, 'chat-input');
    await click(anna.page, 'direct-create');
    await fill(anna.page, 'people-query', name);
    await sees(anna.page, 'person-found');
    await anna.page.waitForFunction(
      (selector) => document.querySelectorAll(selector).length === 1,
      {},
      testId('person-found'),
    );
    await anna.page.keyboard.press('Enter');
    await anna.page.waitForFunction(
      (selector, text) => document.querySelector(selector)?.textContent?.startsWith(text),
      {},
      testId('room-heading'),
      name,
    );
    await fill(anna.page, 'chat-input', 'Do you have a minute?');
    await click(anna.page, 'chat-send');
    // It is new to her, and counted.
    await vera.page.waitForSelector('[data-testid^="room-dm-"][data-unread="1"]');

    await vera.page.locator('[data-testid^="room-dm-"]').click();
    await vera.page.waitForSelector(testId('chat-message'));
    await actOn(vera.page, 'Anna', 'block');
    expect(await vera.page.$eval(testId('confirm'), (form) => form.textContent)).toContain(
      'Neither of you can message the other',
    );
    await confirm(vera.page);
    await says(vera.page, testId('toast'), 'Anna is blocked.');
    await says(vera.page, testId('chat-closed'), 'You have blocked this person. Unblock them to write here.');
    await says(anna.page, testId('chat-closed'), 'You cannot write in this conversation.');
    await vera.page.locator(`${memberRow('Anna')} button`).click();
    await click(vera.page, 'person-unblock');
    await says(vera.page, testId('toast'), 'Anna is no longer blocked.');
    for (const { page } of [anna, vera]) await sees(page, 'chat-input');
  });
});
