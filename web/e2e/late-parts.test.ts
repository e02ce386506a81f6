import type { HTTPRequest, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import { type Company, gatherCompany } from './company.ts';
import { focusSentRow } from './conversation.ts';
import { click, fill, says, sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterEach(() => company.part());
afterAll(() => company?.close());

interface Missing {
  part: RegExp;
  isMissing: boolean;
}

/** A part is asked for twice at a time: as what will be needed, and as what is. */
const keepAway = async (page: Page, missing: Missing): Promise<void> => {
  await page.setCacheEnabled(false);
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const reply =
      missing.isMissing && missing.part.test(new URL(request.url()).pathname)
        ? request.respond({ status: 503, contentType: 'text/plain', body: 'Away' })
        : request.continue();
    reply.catch(() => {});
  });
};

const shell = /\/shell-[^/]+\.js$/;

const signUp = async (page: Page): Promise<void> => {
  await click(page, 'auth-mode');
  await fill(page, 'auth-name', 'Anna');
  await fill(page, 'auth-email', `${crypto.randomUUID()}@test.local`);
  await fill(page, 'auth-password', 'password123');
  await click(page, 'auth-submit');
};

it('whoever signs up while a part of the page could not be loaded is in their room all the same', async () => {
  const page = await company.arrive('/');
  const missing = { part: shell, isMissing: true };
  await keepAway(page, missing);
  await page.goto(`${company.server.url}/r/general`);
  const looks = page.waitForRequest((request) => request.method() === 'HEAD');
  await signUp(page);
  await looks;
  missing.isMissing = false;
  await sees(page, 'chat-input');
});

it('a page that is not whole after several reloads says so, and is left to whoever looks at it', async () => {
  const { page } = await company.visit('Anna');
  await sees(page, 'chat-input');
  const missing = { part: shell, isMissing: true };
  await keepAway(page, missing);
  await page.evaluate(() => sessionStorage.setItem('boltorezka.reloads', '3'));
  await page.reload();
  await says(page, testId('not-loaded'), 'Try again in a moment');
  missing.isMissing = false;
  await page.locator(`${testId('not-loaded')} button`).click();
  await sees(page, 'chat-input');
});

it('code that hangs leaves nobody waiting without a word', async () => {
  const page = await company.arrive('/');
  await page.setCacheEnabled(false);
  await page.setRequestInterception(true);
  const held: HTTPRequest[] = [];
  page.on('request', (request) => {
    if (shell.test(new URL(request.url()).pathname)) held.push(request);
    else request.continue().catch(() => {});
  });
  await page.goto(company.server.url);
  await signUp(page);
  await sees(page, 'loading-long');
  for (const request of held) await request.continue();
  await sees(page, 'chat-input');
});

it.each([
  ['code', /\/emoji-picker-[^/]+\.js$/],
  ['styles', /\/emoji-picker-[^/]+\.css$/],
])(
  'a part whose %s did not come says what to do, and is there whole when it is asked for again elsewhere',
  async (what, part) => {
    const { page } = await company.visit('Anna');
    await sees(page, 'chat-input');
    await page.type(testId('chat-input'), what);
    await page.keyboard.press('Enter');
    await focusSentRow(page, what);
    const missing = { part, isMissing: true };
    await keepAway(page, missing);
    const isTold = async () => {
      await says(page, testId('toast'), 'Try again');
      await click(page, 'toast-dismiss');
      await page.waitForSelector(testId('toast'), { hidden: true });
    };
    await page.keyboard.press('Equal');
    await isTold();
    await click(page, 'emoji-open');
    await isTold();
    // Another part has all of its own.
    await click(page, 'inbox-open');
    await sees(page, 'inbox-sheet');
    await page.keyboard.press('Escape');
    missing.isMissing = false;
    await click(page, 'emoji-open');
    await sees(page, 'emoji-search');
    // Its styles lay it out as a grid.
    const isLaidOut = (search: string) => {
      const picker = document.querySelector(search)?.parentElement?.parentElement;
      return picker ? getComputedStyle(picker).display === 'grid' : false;
    };
    await page.waitForFunction(isLaidOut, { polling: 100 }, testId('emoji-search'));
  },
);
