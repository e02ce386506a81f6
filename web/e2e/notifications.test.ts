import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRoom } from '../../signaling/test/rest.ts';
import type { TestSocket } from '../../signaling/test/test-socket.ts';
import { launchChromium } from './browser.ts';
import { type Company, gatherCompany, type Visitor } from './company.ts';
import { waitForFocusOn } from './focus.ts';
import { says } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
let anna: TestSocket;
beforeAll(async () => {
  company = await gatherCompany(() => launchChromium());
  anna = await company.server.connect('Anna');
});
afterEach(() => company.part());
afterAll(async () => {
  await anna?.close();
  await company?.close();
});

const press = (page: Page, selector: string) => page.locator(selector).click();

const saysNoMore = (page: Page, selector: string) =>
  page.waitForFunction((wanted) => !document.querySelector(wanted), { polling: 100 }, selector);

/** Whether somebody looks at a page is the operating system's to say; here it is the test's. */
const setFocused = async (page: Page, isFocused: boolean): Promise<void> => {
  if (isFocused) await page.bringToFront();
  await page.evaluate((value) => {
    document.hasFocus = () => value;
    window.dispatchEvent(new Event(value ? 'focus' : 'blur'));
  }, isFocused);
};

/** Pages tell one another by locks what is looked at, a moment after it is so. */
const isLookedAt = (page: Page, roomSlug: string, isWanted: boolean) =>
  page.waitForFunction(
    async (name, wanted) =>
      ((await navigator.locks.query()).held ?? []).some((lock) => lock.name === name) === wanted,
    { polling: 100 },
    `boltorezka.looking ${roomSlug} `,
    isWanted,
  );

const say = (roomSlug: string, text: string, more: object = {}) =>
  anna.request('chat.send', { roomSlug, text, ...more });

const createRoomOfAnna = async (): Promise<string> => {
  const { slug } = await createRoom(company.server.url, anna.token);
  await anna.request('room.join', { roomSlug: slug, keepOthers: true });
  return slug;
};

describe('what is unread', () => {
  let slug: string;
  let boris: Visitor;
  beforeEach(async () => {
    slug = await createRoomOfAnna();
  });

  it('in a thread stays so while the room is read, is marked at its message and in the list, and goes on all devices', async () => {
    const root = await say(slug, 'about the release');
    boris = await company.visit('Boris', `/r/${slug}`);
    const other = await company.again(boris, `/r/${slug}`);
    await says(other, testId('chat-message'), 'about the release');
    await setFocused(other, false);
    await setFocused(boris.page, true);
    await says(boris.page, testId('chat-message'), 'about the release');
    await say(slug, '@Boris, who takes notes?', { threadRootId: root.id, mentions: [boris.id] });
    await say(slug, 'and now to the weather');
    await says(boris.page, testId('chat-message'), 'and now to the weather');
    for (const page of [boris.page, other]) await says(page, testId('thread-unread'), '1');
    // The room is read as far as it goes, and the mention waits.
    for (const page of [boris.page, other]) {
      await page.waitForSelector(`${testId(`room-${slug}`)}[data-unread="0"][data-mentions="1"]`);
      await says(page, testId('inbox-count'), '1');
    }

    await press(boris.page, testId('threads-open'));
    await boris.page.waitForSelector(`${testId('thread-entry')}[data-unread="true"]`);
    await press(boris.page, testId('thread-entry'));
    await says(boris.page, `${testId('panel')} ${testId('chat-message')}`, 'who takes notes?');
    for (const page of [boris.page, other]) {
      await saysNoMore(page, testId('thread-unread'));
      await saysNoMore(page, testId('inbox-count'));
    }
  });

  it('in a thread is counted on the way to the threads, by a name as well, until it is read', async () => {
    const root = await say(slug, 'about the release');
    boris = await company.visit('Boris', `/r/${slug}`);
    const { page } = boris;
    await setFocused(page, true);
    await says(page, testId('chat-message'), 'about the release');
    const isCalled = (id: string, name: string) =>
      page.waitForSelector(`${testId(id)}[aria-label="${name}"]`);
    await isCalled('threads-open', 'Threads');
    await say(slug, 'who takes notes?', { threadRootId: root.id });
    await isCalled('threads-open', 'Threads, 1 unread reply');
    await say(slug, 'anybody?', { threadRootId: root.id });
    await isCalled('threads-open', 'Threads, 2 unread replies');
    // Where there is no width for buttons, they are items of a menu.
    await page.setViewport({ width: 390, height: 844 });
    await isCalled('room-menu', 'More about this room, 2 unread replies');
    await press(page, testId('room-menu'));
    await says(page, testId('threads-open'), 'Threads2, 2 unread replies');
    await press(page, testId('threads-open'));
    await press(page, testId('thread-entry'));
    await says(page, `dialog ${testId('chat-message')}`, 'anybody?');
    await isCalled('room-menu', 'More about this room');
  });

  const covers: [string, (page: Page) => Promise<unknown>, (page: Page) => Promise<unknown>][] = [
    ['behind another window', (page) => setFocused(page, false), (page) => setFocused(page, true)],
    [
      'behind a dialog',
      async (page) => {
        await press(page, testId('settings-open'));
        await page.waitForSelector('dialog[open]');
      },
      (page) => page.keyboard.press('Escape'),
    ],
  ];

  it.each(covers)('is so %s, until somebody looks again', async (_where, cover, uncover) => {
    boris = await company.visit('Boris', `/r/${slug}`);
    const { page } = boris;
    await page.waitForSelector(testId('chat-empty'));
    const marks: string[] = [];
    const cdp = await page.createCDPSession();
    cdp.on('Network.webSocketFrameSent', ({ response }) => {
      if (response.payloadData.includes('chat.markRead')) marks.push(response.payloadData);
    });
    await cdp.send('Network.enable');
    await setFocused(page, true);
    await cover(page);
    await say(slug, 'one');
    await says(page, testId('chat-message'), 'one');
    // What is in view is measured in the next frame.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    expect(marks).toEqual([]);
    await uncover(page);
    await expect.poll(() => marks.length, { timeout: 10_000 }).toBe(1);
  });
});

describe('a notification', () => {
  const shown = (page: Page) =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const notifications = (await registration?.getNotifications()) ?? [];
      return notifications.map(({ title, body }) => `${title}: ${body}`);
    });
  const shows = (page: Page, text: string) =>
    page.waitForFunction(
      async (wanted) => {
        const registration = await navigator.serviceWorker.getRegistration();
        const notifications = (await registration?.getNotifications()) ?? [];
        return notifications.some(({ title, body }) => `${title}: ${body}`.includes(wanted));
      },
      { polling: 100 },
      text,
    );
  const visit = async (): Promise<Visitor> => {
    const boris = await company.visit('Boris', '/r/general', { 'boltorezka.notify': 'true' });
    await boris.page.waitForSelector(testId('chat-input'));
    return boris;
  };

  it('tells of what is written elsewhere, once, and leads there', async () => {
    const slug = await createRoomOfAnna();
    const boris = await visit();
    const { page } = boris;
    await page.waitForSelector(testId(`room-${slug}`));
    await say(slug, '@Boris, look', { mentions: [boris.id] });
    await shows(page, '@Boris, look');
    expect(await shown(page)).toEqual(['Anna mentioned you in A room: @Boris, look']);
    const target = await page.browser().waitForTarget((one) => one.type() === 'service_worker');
    const worker = await target.worker();
    await worker?.evaluate(`registration.getNotifications().then(([notification]) =>
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification })))`);
    await says(page, testId('chat-message'), '@Boris, look');
    // The address loses the message once that was led to, a moment after it is in view.
    await expect.poll(() => new URL(page.url()).pathname).toBe(`/r/${slug}`);
  });

  it('tells nothing of what this or another page of the browser has in view', async () => {
    const slug = await createRoomOfAnna();
    const boris = await visit();
    const other = await company.again(boris, `/r/${slug}`);
    await other.waitForSelector(testId('chat-empty'));
    await setFocused(boris.page, false);
    await setFocused(other, true);
    await isLookedAt(other, slug, true);
    await say(slug, '@Boris, seen', { mentions: [boris.id] });
    await says(other, testId('chat-message'), '@Boris, seen');
    await setFocused(other, false);
    await isLookedAt(other, slug, false);
    await say(slug, '@Boris, not seen', { mentions: [boris.id] });
    await shows(boris.page, '@Boris, not seen');
    expect(await shown(boris.page)).toEqual(['Anna mentioned you in A room: @Boris, not seen']);
    await setFocused(boris.page, true);
    await press(boris.page, testId('inbox-open'));
    await boris.page.waitForSelector(`${testId('inbox-entry')}[data-unread="true"]`);
    // With nothing left to mark the button goes, and the focus must not.
    await boris.page.focus(testId('inbox-read-all'));
    await boris.page.keyboard.press('Enter');
    await waitForFocusOn(boris.page, 'inbox-sheet');
  });
});
