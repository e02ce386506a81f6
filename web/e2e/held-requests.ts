import type { Page } from 'puppeteer-core';

/** What is asked for at such a path is on its way until what is returned is called. */
export const holdRequests = async (page: Page, path: RegExp): Promise<() => void> => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const isMeant = path.test(new URL(request.url()).pathname);
    void (isMeant ? held : Promise.resolve()).then(() => request.continue()).catch(() => {});
  });
  return release;
};

/** What was written in rooms before is on its way until what is returned is called. */
export const holdHistory = (page: Page): Promise<() => void> => holdRequests(page, /\/messages$/);
