import type { Page } from 'puppeteer-core';
import { expect } from 'vitest';

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
