import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Conversation, closePage, focusRow, startConversation } from './conversation.ts';
import { waitForFocusOn } from './focus.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
beforeAll(async () => {
  conversation = await startConversation();
});
afterAll(() => conversation?.close());

const click = (page: Page, id: string) => page.locator(testId(id)).click();
const isGone = (page: Page, id: string) => page.waitForSelector(testId(id), { hidden: true });
const isOpen = (page: Page, id: string) => page.waitForSelector(testId(id));
const textIn = (page: Page, id: string) =>
  page.$eval(testId(id), (control) => (control as HTMLInputElement).value);

/** The button at the corner of the dialog that holds this. */
const closeAround = (page: Page, id: string) =>
  page.$eval(testId(id), (element) => {
    const [button] = [
      ...(element.closest('dialog')?.querySelectorAll<HTMLElement>('[aria-label="Close"]') ?? []),
    ].slice(-1);
    button?.click();
  });

const openAsBoris = async () => conversation.openAsBoris(await conversation.writer.startRoom('hello'));

const openNewRoom = async (page: Page) => {
  await click(page, 'room-create');
  await waitForFocusOn(page, 'new-room-title');
};

const openReport = async (page: Page) => {
  await focusRow(page, 'hello');
  await page.keyboard.press('Enter');
  await click(page, 'action-report');
  await click(page, 'report-reason');
};

const dialogs: [string, (page: Page) => Promise<void>, string][] = [
  ['for a new room', openNewRoom, 'new-room-title'],
  ['for a report', openReport, 'report-reason'],
];

describe('words in a dialog', () => {
  it.each(dialogs)(
    '%s are asked about before Escape or the corner take them away',
    async (_what, open, field) => {
      const page = await openAsBoris();
      await open(page);
      await page.keyboard.type('Plans');
      await page.keyboard.press('Escape');
      await waitForFocusOn(page, 'unsaved-keep');
      await page.keyboard.press('Enter');
      await isGone(page, 'unsaved');
      expect(await textIn(page, field)).toBe('Plans');
      await waitForFocusOn(page, field);
      await closeAround(page, field);
      await isOpen(page, 'unsaved');
      await click(page, 'unsaved-discard');
      await isGone(page, field);
      await open(page);
      expect(await textIn(page, field)).toBe('');
      await closePage(page);
    },
  );

  it('outlast Escape, however often it is pressed', async () => {
    const page = await openAsBoris();
    await openNewRoom(page);
    await page.keyboard.type('Plans');
    for (let n = 0; n < 3; n += 1) {
      await page.keyboard.press('Escape');
      await isOpen(page, 'unsaved');
      await page.keyboard.press('Escape');
      await isGone(page, 'unsaved');
      expect(await textIn(page, 'new-room-title')).toBe('Plans');
    }
    await closePage(page);
  });

  it('outlast a browser that closes the dialog without asking', async () => {
    const page = await openAsBoris();
    await openNewRoom(page);
    await page.keyboard.type('Plans');
    await page.$eval(testId('new-room-title'), (input) => input.closest('dialog')?.close());
    await isOpen(page, 'unsaved');
    await click(page, 'unsaved-keep');
    expect(await textIn(page, 'new-room-title')).toBe('Plans');
    await closePage(page);
  });

  it('that are none are not asked about', async () => {
    const page = await openAsBoris();
    await openNewRoom(page);
    await page.keyboard.press('Escape');
    await isGone(page, 'new-room-title');
    await openNewRoom(page);
    await page.keyboard.type('P');
    await page.keyboard.press('Backspace');
    await closeAround(page, 'new-room-title');
    await isGone(page, 'new-room-title');
    expect(await page.$(testId('unsaved'))).toBeNull();
    await closePage(page);
  });

  it('that were saved are not asked about, also where the dialog stays open', async () => {
    const page = await openAsBoris();
    await click(page, 'settings-open');
    await page.locator(`${testId('settings-profile')} > summary`).click();
    await click(page, 'account-name');
    await page.keyboard.type(' the Third');
    // Folded away, they are still there.
    await page.locator(`${testId('settings-profile')} > summary`).click();
    await page.locator(`${testId('settings-profile')} > summary`).click();
    await click(page, 'account-name');
    await page.keyboard.press('Enter');
    await isOpen(page, 'toast');
    await page.keyboard.press('Escape');
    await isGone(page, 'account-name');
    await closePage(page);
  });

  it('are asked about before another section takes their place', async () => {
    const page = await openAsBoris();
    await openNewRoom(page);
    await page.keyboard.type('Plans');
    await page.keyboard.press('Enter');
    await isGone(page, 'new-room-title');
    await isOpen(page, 'chat-empty');
    await click(page, 'room-menu');
    await click(page, 'room-settings');
    await click(page, 'about-topic');
    await page.keyboard.type('What comes next');
    await click(page, 'section-audit');
    await click(page, 'unsaved-keep');
    await isGone(page, 'unsaved');
    expect(await textIn(page, 'about-topic')).toBe('What comes next');
    await click(page, 'about-save');
    await isOpen(page, 'toast');
    await click(page, 'section-audit');
    await isGone(page, 'about-topic');
    expect(await page.$(testId('unsaved'))).toBeNull();
    await closePage(page);
  });
});
