import type { KeyInput, Page } from 'puppeteer-core';
import { expect } from 'vitest';
import { testId } from './test-id.ts';

interface Focus {
  testId: string | undefined;
  markup: string;
  onBody: boolean;
  isSeen: boolean;
}

/** What the keyboard acts on now. */
export const readFocus = (page: Page): Promise<Focus> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    // An outline that rows would cover is drawn by the frame around them.
    const outlines = [
      getComputedStyle(element),
      getComputedStyle(element.parentElement ?? element, '::after'),
    ];
    return {
      testId: element.dataset.testid,
      markup: element.outerHTML.slice(0, 200),
      onBody: element === document.body,
      isSeen: outlines.some(
        ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      ),
    };
  });

/** Tabs until the control has the focus. On the way the focus is always somewhere, and always to be seen. */
export const tabTo = async (page: Page, id: string): Promise<void> => {
  await page.waitForSelector(`${testId(id)}:not(:disabled)`);
  for (let n = 0; n < 80; n += 1) {
    const focus = await readFocus(page);
    if (focus.testId === id) return;
    // Past the last control the browser's own come, and the page begins anew.
    if (!focus.onBody) expect(focus).toMatchObject({ isSeen: true });
    await page.keyboard.press('Tab');
  }
  throw new Error(`no way to ${id} by keyboard`);
};

export const waitForFocusOn = (page: Page, id: string) =>
  page.waitForFunction((wanted) => (document.activeElement as HTMLElement).dataset.testid === wanted, {}, id);

/** Tabs to the control, and presses it. */
export const press = async (page: Page, id: string): Promise<void> => {
  await tabTo(page, id);
  await page.keyboard.press('Enter');
};

/** Goes down an open menu to the item, and takes it. */
export const choose = async (page: Page, id: string): Promise<void> => {
  await page.waitForFunction(() => document.activeElement?.role?.startsWith('menuitem'));
  for (let n = 0; n < 20 && (await readFocus(page)).testId !== id; n += 1)
    await page.keyboard.press('ArrowDown');
  await waitForFocusOn(page, id);
  await page.keyboard.press('Enter');
};

/** Tabs to the field, and writes. */
export const write = async (page: Page, id: string, text: string): Promise<void> => {
  await tabTo(page, id);
  await page.keyboard.type(text);
};

export const pressChord = async (page: Page, held: KeyInput, key: KeyInput): Promise<void> => {
  await page.keyboard.down(held);
  await page.keyboard.press(key);
  await page.keyboard.up(held);
};

/** Goes up from where one writes to the last message; more presses of the arrow lead to earlier ones. */
export const goToLastMessage = async (page: Page): Promise<void> => {
  await tabTo(page, 'chat-input');
  for (let n = 0; n < 10; n += 1) {
    if (await page.evaluate(() => document.activeElement?.ariaLive === 'off')) break;
    await pressChord(page, 'Shift', 'Tab');
  }
  await page.keyboard.press('ArrowUp');
  await waitForFocusOnMessage(page);
};

/** What a screen reader says of the message besides its words comes with it. */
export const waitForFocusOnMessage = (page: Page, described = '') =>
  page.waitForFunction(
    (wanted) => {
      const row = document.activeElement;
      const id = row?.matches('[data-row]') && row.getAttribute('aria-describedby');
      return id && document.getElementById(id)?.textContent?.includes(wanted);
    },
    {},
    described,
  );

/** Waits until something is read aloud. What lies under a modal dialog is not. */
export const hears = (page: Page, text: string) =>
  page.waitForFunction(
    (wanted) => {
      const modal = [...document.querySelectorAll('dialog:modal')].at(-1);
      const live = (modal ?? document).querySelectorAll('[role="status"], [role="alert"]');
      return [...live].some((region) => region.textContent?.includes(wanted));
    },
    {},
    text,
  );
