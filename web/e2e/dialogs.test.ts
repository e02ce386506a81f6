import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from '../../signaling/test/rest.ts';
import { type Company, gatherCompany } from './company.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterEach(() => company.part());
afterAll(() => company?.close());

describe('a dialog', () => {
  it('that is opened anew as soon as it is closed stays', async () => {
    const { page } = await company.visit('Anna');
    await page.locator(testId('settings-open')).click();
    await page.waitForSelector(`dialog[open] ${testId('sign-out')}`);
    const isOpen = await page.evaluate(async (opener) => {
      const dialog = document.querySelector<HTMLDialogElement>('dialog[open]')!;
      const told = new Promise((resolve) => dialog.addEventListener('close', () => setTimeout(resolve)));
      const key = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(key);
      // Closed in this very task; that it is, the browser tells in another.
      for (let turns = 0; dialog.open && turns < 100; turns += 1) await null;
      document.querySelector<HTMLElement>(opener)?.click();
      await told;
      return dialog.open;
    }, testId('settings-open'));
    expect(isOpen).toBe(true);
  });
});

/** A room of Anna's that somebody asks to be let into. */
const beginWaiting = async () => {
  const anna = await company.visit('Anna');
  const boris = await company.visit('Boris');
  const { slug } = await createRoom(company.server.url, anna.token, {
    ...{ is_public: false, accepts_requests: true },
  });
  const requests = `POST /v1/rooms/${slug}/join-requests`;
  await company.ask(boris.token, requests, {});
  const letIn = () => company.ask(anna.token, `${requests}/${boris.id}`, { accept: true });
  return { anna, slug, letIn };
};

describe('what waits for a moderator', () => {
  it('hands the focus on when another has dealt with the last of it', async () => {
    const { anna, slug, letIn } = await beginWaiting();
    await anna.page.locator(testId(`room-${slug}`)).click();
    await anna.page.waitForSelector(testId('waiting-open'));
    await anna.page.focus(testId('waiting-open'));
    await letIn();
    await anna.page.waitForSelector(testId('waiting-open'), { hidden: true });
    expect(await anna.page.evaluate(() => document.activeElement?.localName)).toBe('main');
  });

  it('hands the focus on to the menu that it stood in on a phone', async () => {
    const { anna, slug, letIn } = await beginWaiting();
    await anna.page.setViewport({ width: 390, height: 800 });
    await anna.page.goto(`${company.server.url}/r/${slug}`);
    await anna.page.locator(testId('room-menu')).click();
    await anna.page.waitForSelector(`[role="menuitem"]${testId('waiting-open')}`);
    await anna.page.focus(testId('waiting-open'));
    await letIn();
    await anna.page.waitForSelector(testId('waiting-open'), { hidden: true });
    await anna.page.keyboard.press('ArrowDown');
    expect(await anna.page.evaluate(() => document.activeElement?.role)).toBe('menuitem');
  });
});
