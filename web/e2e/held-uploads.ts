import type { Page } from 'puppeteer-core';
import { testId } from './test-id.ts';

export interface Held {
  letGo: () => void;
  /** The server takes no file as large as that. */
  refuse: () => void;
}

const pasteFile = (page: Page, field: string) =>
  page.evaluate((selector) => {
    const files = new DataTransfer();
    files.items.add(new File(['a,b'], 'a.csv', { type: 'text/csv' }));
    const paste = new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true });
    document.querySelector(selector)?.dispatchEvent(paste);
  }, field);

const tooLarge = {
  status: 413,
  contentType: 'application/json',
  body: JSON.stringify({ error: 'PayloadTooLarge', message: 'No' }),
};

/** Nothing that is uploaded from the page arrives until it is let go. @returns what sends words with a file that is held back. */
export const holdUploads = async (page: Page, field = testId('chat-input')) => {
  let { promise: isHeld, resolve } = Promise.withResolvers<Held>();
  page.on('request', (request) => {
    const letGo = () => void request.continue().catch(() => {});
    const refuse = () => void request.respond(tooLarge).catch(() => {});
    if (request.url().includes('/attachments') && request.method() === 'POST') resolve({ letGo, refuse });
    else letGo();
  });
  await page.setRequestInterception(true);
  return async (text: string): Promise<Held> => {
    ({ promise: isHeld, resolve } = Promise.withResolvers<Held>());
    await page.waitForSelector(field);
    await page.focus(field);
    await page.keyboard.type(text);
    await pasteFile(page, field);
    const held = await isHeld;
    await page.keyboard.press('Enter');
    await page.waitForSelector(testId('chat-queued'));
    return held;
  };
};
