import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../signaling/test/call.ts';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { click, fill, fillCredentials, secretLink, sees, signUp, unfold } from './account-pages.ts';
import { launchShell } from './browser.ts';
import { hears, waitForFocusOn } from './focus.ts';
import { testId } from './test-id.ts';
import { uploadFile } from './upload.ts';

let server: TestServer;
let browser: Browser;

const open = async (path = '/'): Promise<Page> => {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.evaluateOnNewDocument(() => localStorage.setItem('boltorezka.language', 'en'));
  await page.goto(server.url + path);
  return page;
};

const signIn = async (email: string, password = 'password123'): Promise<Page> => {
  const page = await open();
  await fillCredentials(page, email, password);
  await sees(page, 'chat-input');
  return page;
};

let root: Page;
beforeAll(async () => {
  server = await startTestServer({ page: true, makesFirstAdministrator: true });
  browser = await launchShell();
  root = await open();
  await signUp(root, 'Root');
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('a session of the page', () => {
  it('outlives a reload without a token that a script could read, and is shared by its tabs', async () => {
    const page = await open();
    await signUp(page, 'Anna');
    const kept = () =>
      page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie);
    expect(await kept()).not.toMatch(/eyJ|[\w-]{80}/);
    await page.reload();
    await sees(page, 'chat-input');
    const second = await page.browserContext().newPage();
    const third = await page.browserContext().newPage();
    await Promise.all([second.goto(server.url), third.goto(server.url)]);
    await Promise.all([sees(second, 'chat-input'), sees(third, 'chat-input')]);
    // A page behind another stands still.
    await second.bringToFront();
    await click(second, 'settings-open');
    await click(second, 'sign-out');
    await Promise.all([page, second, third].map((tab) => sees(tab, 'auth-email')));
    await page.bringToFront();
    await page.reload();
    await sees(page, 'auth-email');
    await page.browserContext().close();
  });

  it('is in no address: the socket is opened by a ticket', async () => {
    const page = await open();
    const addresses: string[] = [];
    const devtools = await page.createCDPSession();
    await devtools.send('Network.enable');
    devtools.on('Network.webSocketCreated', ({ url }) => addresses.push(url));
    await signUp(page, 'Anna');
    await expect.poll(() => addresses.length).toBeGreaterThan(0);
    expect(addresses.every((url) => url.includes('ticket=') && !url.includes('token='))).toBe(true);
    await page.browserContext().close();
  });
});

describe('the settings', () => {
  it('change the password, and another device is out within a second', async () => {
    const here = await open();
    const email = await signUp(here, 'Anna');
    const there = await signIn(email);
    await unfold(here, 'settings-password');
    await fill(here, 'account-current-password', 'password123');
    await fill(here, 'account-new-password', 'password456');
    const isOut = sees(there, 'auth-ended').then(() => performance.now());
    const doneAt = here
      .waitForResponse((response) => response.url().endsWith('/v1/auth/password'))
      .then(() => performance.now());
    await click(here, 'account-password-submit');
    // Within a second, on a machine that is not busy with other pages.
    expect((await isOut) - (await doneAt)).toBeLessThan(10_000);
    await sees(here, 'toast');
    await (await signIn(email, 'password456')).browserContext().close();
    await Promise.all([here, there].map((page) => page.browserContext().close()));
  });

  it('list the devices, and sign one out', async () => {
    const here = await open();
    const there = await signIn(await signUp(here, 'Anna'));
    await unfold(here, 'settings-devices');
    await sees(here, 'device', '[data-current="false"]');
    expect(await here.$$(testId('device'))).toHaveLength(2);
    await click(here, 'device-end');
    await sees(there, 'auth-ended');
    await here.waitForSelector(`${testId('device')}[data-current="false"]`, { hidden: true });
    await Promise.all([here, there].map((page) => page.browserContext().close()));
  });

  it('save what is kept of somebody, and each file that they have sent', async () => {
    const page = await open();
    const credentials = { email: await signUp(page, 'Anna'), password: 'password123' };
    const { body } = await call<{ token: string }>(server.url, 'POST /v1/auth/login', { body: credentials });
    await uploadFile({
      url: server.url,
      token: body.token,
      roomSlug: 'general',
      name: 'plan.txt',
      content: 'x',
    });
    await unfold(page, 'settings-data');
    await click(page, 'account-export');
    await sees(page, 'exported-file');
    const file = page.waitForResponse((response) => response.url().includes('/v1/attachments/'));
    await page.locator(`${testId('exported-file')} ${testId('file-download')}`).click();
    expect((await file).status()).toBe(200);
    // It was never sent: nothing else in the page would free its space.
    await sees(page, 'exported-file', '[data-unsent="true"]');
    const removed = page.waitForResponse(
      (response) => response.request().method() === 'DELETE' && response.url().includes('/v1/attachments/'),
    );
    await page.focus(testId('exported-file-remove'));
    await page.keyboard.press('Enter');
    expect((await removed).status()).toBe(200);
    await page.waitForSelector(testId('exported-file'), { hidden: true });
    await page.waitForFunction(() => document.activeElement?.ariaLabel === 'Your files');
    await page.browserContext().close();
  });

  it('change the name, and delete the account, after the password', async () => {
    const page = await open();
    const email = await signUp(page, 'Anna');
    await unfold(page, 'settings-profile');
    await fill(page, 'account-name', 'Anna Karenina');
    await click(page, 'account-name-submit');
    await page.waitForFunction(
      (selector) => document.querySelector(selector)?.textContent === 'Anna Karenina',
      {},
      testId('user-name'),
    );
    await page.locator(`${testId('settings-data')} > summary`).click();
    await click(page, 'account-delete');
    await fill(page, 'account-delete-password', 'wrong password');
    await click(page, 'account-delete-submit');
    await page.waitForSelector('[aria-invalid="true"]');
    await fill(page, 'account-delete-password', 'password123');
    await click(page, 'account-delete-submit');
    await sees(page, 'auth-email');
    await fillCredentials(page, email, 'password123');
    await sees(page, 'auth-error');
    await page.browserContext().close();
  });
});

describe('an account that strangers guess at', () => {
  it('says how long to wait, and lets its owner in where they have signed in before', async () => {
    const page = await open();
    const email = await signUp(page, 'Anna');
    await page.browserContext().close();
    let status = 401;
    for (let n = 0; n < 100 && status === 401; n += 1) {
      const guess = await fetch(`${server.url}/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: `guess ${n}` }),
      });
      ({ status } = guess);
    }
    expect(status).toBe(429);
    const another = await open();
    await fillCredentials(another, email, 'a wrong password');
    const told = await (await sees(another, 'auth-error'))?.evaluate(({ textContent }) => textContent);
    expect(told).toMatch(/Sign in where you have signed in before, or try again in \d minutes?/);
    await fillCredentials(another, email, 'password123');
    await sees(another, 'chat-input');
    await another.browserContext().close();
  });
});

describe('the administration', () => {
  const administer = async (): Promise<void> => {
    await root.goto(`${server.url}/admin`);
    await sees(root, 'admin-find');
  };

  /** The one who was looked for. */
  const alone = (page: Page) =>
    page.waitForFunction(
      (selector) => document.querySelectorAll(selector).length === 1,
      {},
      testId('person'),
    );

  it('makes a link by which somebody sets a new password', async () => {
    const boris = await open();
    const email = await signUp(boris, 'Boris');
    await administer();
    await fill(root, 'admin-find', email);
    await alone(root);
    await click(root, 'person-reset');
    const link = await secretLink(root);
    expect(new URL(link).hash).toMatch(/^#[\w-]{24}$/);
    const page = await open();
    await page.goto(link);
    await fill(page, 'reset-password', 'a new password');
    await click(page, 'reset-submit');
    await sees(page, 'auth-email');
    await sees(boris, 'auth-ended');
    await fillCredentials(page, email, 'a new password');
    await sees(page, 'chat-input');
    const again = await open();
    await again.goto(link);
    await fill(again, 'reset-password', 'another password');
    await click(again, 'reset-submit');
    await sees(again, 'reset-error');
    await Promise.all([boris, page, again].map((each) => each.browserContext().close()));
  });

  it('lets in by invitation alone, and an invitation does', async () => {
    await administer();
    await click(root, 'registration-invitation');
    await root.waitForSelector(`${testId('registration-invitation')}:checked`);
    await click(root, 'invitation-create');
    const link = await secretLink(root);
    const stranger = await open();
    await click(stranger, 'auth-mode');
    await sees(stranger, 'auth-no-sign-up');
    const invited = await open();
    await invited.goto(link);
    await signUp(invited, 'Vera');
    expect(new URL(invited.url()).hash).toBe('');
    await click(root, 'registration-open');
    await root.waitForSelector(`${testId('registration-open')}:checked`);
    await Promise.all([stranger, invited].map((each) => each.browserContext().close()));
  });

  it('bans somebody, who is out at once and told why', async () => {
    const boris = await open();
    const email = await signUp(boris, 'Boris');
    await administer();
    await fill(root, 'admin-find', email);
    await alone(root);
    await click(root, 'person-ban-open');
    await fill(root, 'person-ban-reason', 'Too many advertisements');
    await click(root, 'person-ban-submit');
    await sees(root, 'person-ban');
    await sees(boris, 'auth-ended');
    await fillCredentials(boris, email, 'password123');
    const error = await sees(boris, 'auth-error');
    // In the words of the page alone: the server's are English in every language.
    expect(await error?.evaluate((node) => node.textContent)).toBe(
      'This account is banned.To have it lifted, ask an administrator of this server.Reason: Too many advertisements',
    );
    await boris.browserContext().close();
  });

  it('asks before it makes somebody an administrator, and gives the focus back', async () => {
    const page = await open();
    const email = await signUp(page, 'Boris');
    const changes: (string | undefined)[] = [];
    root.on('request', (request) => {
      if (request.method() === 'PATCH') changes.push(request.postData());
    });
    await administer();
    await fill(root, 'admin-find', email);
    await alone(root);
    await root.focus(testId('person-admin'));
    await root.keyboard.press('Enter');
    await sees(root, 'confirm');
    await root.keyboard.press('Escape');
    await waitForFocusOn(root, 'person-admin');
    expect(changes).toEqual([]);
    await root.keyboard.press('Enter');
    await root.locator(`dialog[open] ${testId('confirm-submit')}`).click();
    await hears(root, 'Boris is an administrator now.');
    await waitForFocusOn(root, 'person-admin');
    expect(changes).toEqual(['{"is_administrator":true}']);
    await page.browserContext().close();
  });

  it('shows others nothing', async () => {
    const page = await open();
    await signUp(page, 'Anna');
    await page.goto(`${server.url}/admin`);
    await sees(page, 'admin');
    expect(await page.$(testId('admin-find'))).toBeNull();
    await page.browserContext().close();
  });
});
