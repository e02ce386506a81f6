import type { Page } from 'puppeteer-core';

/** What was written in rooms before is on its way until what is returned is called. */
export const holdHistory = async (page: Page): Promise<() => void> => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const isHistory = /\/messages$/.test(new URL(request.url()).pathname);
    void (isHistory ? held : Promise.resolve()).then(() => request.continue()).catch(() => {});
  });
  return release;
};
