import { randomUUID } from 'node:crypto';
import type { Browser, HTTPRequest, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { unfold } from './account-pages.ts';
import { launchShell } from './browser.ts';
import { focusSentRow } from './conversation.ts';
import { waitForFocusOn } from './focus.ts';
import { type Gate, openGate } from './stage/gate.ts';
import { testId } from './test-id.ts';
import { chooseFile } from './upload.ts';

let server: TestServer;
let gate: Gate;
let browser: Browser;

/** Chromium takes what a test answers for a page of the internet, which may not speak to this machine. */
const answersMayBeOurs = '--disable-features=LocalNetworkAccessChecks';

beforeAll(async () => {
  server = await startTestServer({ page: true });
  gate = await openGate(Number(new URL(server.url).port));
  browser = await launchShell({ args: [answersMayBeOurs] });
});
afterAll(async () => {
  await browser?.close();
  await gate?.close();
  await server?.close();
});

const click = (page: Page, id: string) => page.locator(testId(id)).click();
const fill = (page: Page, id: string, text: string) => page.locator(testId(id)).fill(text);
const sees = (page: Page, id: string) => page.waitForSelector(testId(id));

/** The page itself is there, as from a proxy, also while the server behind it is away. */
const servePage = async (request: HTTPRequest): Promise<void> => {
  const path = request.url().slice(gate.url.length);
  if (!request.url().startsWith(gate.url) || path.startsWith('/v1')) return request.continue();
  const { accept = '*/*' } = request.headers();
  const answer = await fetch(server.url + path, { headers: { accept } });
  await request.respond({
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: new Uint8Array(await answer.arrayBuffer()),
  });
};

const signUp = async (): Promise<Page> => {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.evaluateOnNewDocument(() => localStorage.setItem('boltorezka.language', 'en'));
  await page.setRequestInterception(true);
  page.on('request', (request) => void servePage(request).catch(() => undefined));
  await page.goto(gate.url);
  await sees(page, 'auth-email');
  if (!(await page.$(testId('auth-name')))) await click(page, 'auth-mode');
  await fill(page, 'auth-name', 'Ann');
  await fill(page, 'auth-email', `${randomUUID()}@test.local`);
  await fill(page, 'auth-password', 'password123');
  await click(page, 'auth-submit');
  await sees(page, 'chat-input');
  return page;
};

const write = async (page: Page, text: string): Promise<void> => {
  await fill(page, 'chat-input', text);
  await page.keyboard.press('Enter');
};

const textsOf = (page: Page, selector: string) =>
  page.$$eval(selector, (nodes) => nodes.map((node) => node.textContent ?? ''));

/** Which of what was written the room shows, in the order it shows them. */
const shown = async (page: Page, wanted: string[]): Promise<string[]> => {
  const rows = await textsOf(page, testId('chat-message'));
  return rows.flatMap((row) => wanted.filter((text) => row.includes(text)));
};

describe('what is written while the server is away', () => {
  it('is shown over a reload, and comes to the room once and in order when the server is back', async () => {
    const page = await signUp();
    await write(page, 'written before');
    await expect.poll(() => shown(page, ['written before'])).toEqual(['written before']);
    // It is shown before the server has it.
    await page.waitForSelector(`${testId('chat-message')}[data-status="sent"]`);
    gate.shut();
    await write(page, 'the first of two');
    await write(page, 'the second of two');
    await sees(page, 'chat-waiting');
    await fill(page, 'chat-input', 'only begun');
    await page.reload();
    await sees(page, 'restore-failed');
    await expect
      .poll(() => textsOf(page, `${testId('unsent-messages')} ${testId('unsent-line')}`))
      .toEqual([expect.stringContaining('the first of two'), expect.stringContaining('the second of two')]);
    const drafts = await textsOf(page, `${testId('unsent-drafts')} ${testId('unsent-line')}`);
    expect(drafts).toEqual([expect.stringContaining('only begun')]);

    gate.open();
    // It may have noticed by itself.
    await page.$$eval(testId('restore-now'), ([button]) => (button as HTMLElement | undefined)?.click());
    const all = ['written before', 'the first of two', 'the second of two'];
    await expect.poll(() => shown(page, all), { timeout: 30_000 }).toEqual(all);
    await page.waitForFunction(
      (selector) => document.querySelectorAll(selector).length === 0,
      {},
      testId('chat-waiting'),
    );
    await page.reload();
    await expect.poll(() => shown(page, all), { timeout: 30_000 }).toEqual(all);
    await page.browserContext().close();
  });

  it('goes with its files when the server is back, without anybody’s doing', async () => {
    const page = await signUp();
    await sees(page, 'attach-input');
    gate.shut();
    await chooseFile(page, 'plan.txt');
    await sees(page, 'upload-retry');
    await page.focus(testId('upload-retry'));
    await page.keyboard.press('Enter');
    // The button has gone, if for a moment.
    await waitForFocusOn(page, 'upload');
    await write(page, 'with the plan');
    await sees(page, 'chat-queued');
    gate.open();
    await page.waitForFunction(
      (selector) =>
        [...document.querySelectorAll(selector)].some(({ textContent }) => textContent?.includes('plan.txt')),
      { timeout: 30_000 },
      '[data-row]',
    );
    expect(await shown(page, ['with the plan'])).toEqual(['with the plan']);
    await page.browserContext().close();
  });

  it('is named at sign-out, and erased from the browser where its writer says so', async () => {
    const page = await signUp();
    await fill(page, 'chat-input', 'not for others');
    await chooseFile(page, 'plan.txt');
    await page.waitForSelector(`${testId('upload')}[data-state="done"]`);
    await click(page, 'settings-open');
    await click(page, 'sign-out');
    await sees(page, 'sign-out-unsent');
    expect(await textsOf(page, testId('unsent-line'))).toEqual([
      expect.stringContaining('not for others'),
      expect.stringContaining('1 file'),
    ]);
    const taken = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await click(page, 'sign-out-erase');
    expect((await taken).status()).toBe(200);
    await sees(page, 'auth-email');
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    expect(kept).not.toContain('not for others');
    await page.browserContext().close();
  });

  it('is named before all devices are signed out, and stays where that fails', async () => {
    const page = await signUp();
    await fill(page, 'chat-input', 'not for others');
    await chooseFile(page, 'plan.txt');
    await page.waitForSelector(`${testId('upload')}[data-state="done"]`);
    await unfold(page, 'settings-devices');
    await click(page, 'devices-end-all');
    await sees(page, 'sign-out-unsent');
    const kept = () => page.evaluate(() => JSON.stringify(localStorage));
    gate.shut();
    await click(page, 'sign-out-erase');
    const failed = `${testId('sign-out-unsent')} [role="alert"]`;
    await page.waitForSelector(failed);
    expect(await textsOf(page, testId('unsent-line'))).toHaveLength(2);
    expect([await kept(), (await page.$$(testId('upload'))).length]).toEqual([
      expect.stringContaining('not for others'),
      1,
    ]);
    gate.open();
    // What failed is not told again by who is asked anew.
    await page.keyboard.press('Escape');
    await page.waitForSelector(failed, { hidden: true });
    await click(page, 'devices-end-all');
    await sees(page, 'sign-out-unsent');
    expect(await page.$(failed)).toBeNull();
    await click(page, 'sign-out-erase');
    await sees(page, 'auth-email');
    expect(await kept()).not.toContain('not for others');
    await page.browserContext().close();
  });

  it('is not erased at sign-out where it came after the question, which was about files alone', async () => {
    const page = await signUp();
    await chooseFile(page, 'plan.txt');
    await page.waitForSelector(`${testId('upload')}[data-state="done"]`);
    await click(page, 'settings-open');
    await click(page, 'sign-out');
    await sees(page, 'sign-out-unsent');
    const tab = await page.browserContext().newPage();
    await tab.goto(gate.url);
    await fill(tab, 'chat-input', 'begun meanwhile');
    await tab.close();
    await click(page, 'sign-out-erase');
    await sees(page, 'auth-email');
    expect(await page.evaluate(() => JSON.stringify(localStorage))).toContain('begun meanwhile');
    await page.browserContext().close();
  });

  it('is asked about for as long as it is taken back: what was decided is not called off any more', async () => {
    const page = await signUp();
    await page.evaluateOnNewDocument(() => {
      const { fetch } = window;
      window.fetch = (address, options) =>
        options?.method === 'DELETE' ? new Promise(() => {}) : fetch(address, options);
      // Long enough to be looked at on a busy machine.
      const { setTimeout: later } = window;
      Object.assign(window, {
        setTimeout: (act: () => void, ms?: number) => later(act, ms === 3_000 ? 15_000 : ms),
      });
    });
    await page.reload();
    await chooseFile(page, 'plan.txt');
    await page.waitForSelector(`${testId('upload')}[data-state="done"]`);
    await click(page, 'settings-open');
    await click(page, 'sign-out');
    await click(page, 'sign-out-erase');
    await page.waitForSelector(`${testId('sign-out-erase')}[aria-disabled="true"]`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await page.$(testId('sign-out-erase'))).not.toBeNull();
    await sees(page, 'auth-email');
    await page.browserContext().close();
  });

  it('of a change that the browser cannot keep stays with what was begun', async () => {
    const page = await signUp();
    await write(page, 'as it was');
    await expect.poll(() => shown(page, ['as it was'])).toEqual(['as it was']);
    await focusSentRow(page, 'as it was');
    await page.focus(testId('chat-input'));
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('Full', 'QuotaExceededError');
      };
    });
    gate.shut();
    await page.keyboard.press('ArrowUp');
    await page.waitForSelector(`${testId('composing')}[data-kind="edit"]`);
    await write(page, 'as it is now');
    await page.waitForSelector(testId('composing'), { hidden: true });
    await expect.poll(() => shown(page, ['as it is now'])).toEqual(['as it is now']);
    const begun = () => page.evaluate(() => JSON.stringify(localStorage).includes('as it is now'));
    expect(await begun()).toBe(true);
    gate.open();
    await expect.poll(begun, { timeout: 30_000 }).toBe(false);
    await page.browserContext().close();
  });
});

describe('signing out everywhere', () => {
  it('is not called off once it is confirmed, and that it failed is not told again by who is asked anew', async () => {
    const page = await signUp();
    await page.evaluateOnNewDocument(() => {
      const { fetch } = window;
      window.fetch = (address, options) =>
        String(address).includes('/auth/logout')
          ? new Promise((_resolve, reject) => {
              addEventListener('lose-logout', () => reject(new TypeError('Lost')), { once: true });
            })
          : fetch(address, options);
    });
    await page.reload();
    await unfold(page, 'settings-devices');
    await click(page, 'devices-end-all');
    await sees(page, 'confirm');
    await click(page, 'confirm-submit');
    await page.waitForSelector(`${testId('confirm-submit')}[aria-disabled="true"]`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await page.$(testId('confirm-submit'))).not.toBeNull();
    await page.evaluate(() => dispatchEvent(new Event('lose-logout')));
    const failed = `${testId('confirm')} [role="alert"]`;
    await page.waitForSelector(failed);
    await page.keyboard.press('Escape');
    await page.waitForSelector(testId('confirm'), { hidden: true });
    await click(page, 'devices-end-all');
    await sees(page, 'confirm');
    expect(await page.$(failed)).toBeNull();
    await page.browserContext().close();
  });
});
