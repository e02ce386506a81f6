import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from '../../signaling/test/rest.ts';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { launchChromium } from './browser.ts';
import { tabTo, waitForFocusOn } from './focus.ts';
import { testId } from './test-id.ts';

let server: TestServer;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  server = await startTestServer({ page: true });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

interface Visit {
  language?: 'en' | 'ru';
  phone?: boolean;
  preferences?: Record<string, string>;
}

/** A visitor with a storage of their own. */
const visit = async ({ language = 'en', phone = false, preferences = {} }: Visit = {}): Promise<Page> => {
  const page = await (await browser.createBrowserContext()).newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|React/.test(message.text()))
      complaints.push(message.text());
  });
  await page.setViewport(
    phone ? { width: 360, height: 740, isMobile: true, hasTouch: true } : { width: 1280, height: 800 },
  );
  await page.evaluateOnNewDocument(
    (entries) => {
      for (const [key, value] of entries) localStorage.setItem(key, value);
    },
    Object.entries({ 'boltorezka.language': language, ...preferences }),
  );
  await page.goto(server.url);
  return page;
};

const signUp = async (page: Page, name: string): Promise<void> => {
  await page.locator(testId('auth-mode')).click();
  await page.locator(testId('auth-name')).fill(name);
  await page.locator(testId('auth-email')).fill(`${randomUUID()}@test.local`);
  await page.locator(testId('auth-password')).fill('password123');
  await page.focus(testId('auth-password'));
  await page.keyboard.press('Enter');
  await page.waitForSelector(`${testId('voice-join')}:not(:disabled)`);
};

const countOpenDialogs = (page: Page) => page.$$eval('dialog[open]', (dialogs) => dialogs.length);

describe('the page', () => {
  it.each(['en', 'ru'] as const)(
    'in %s joins and leaves a call by keyboard and never loses the focus',
    async (language) => {
      const page = await visit({ language });
      await signUp(page, language === 'ru' ? 'Анна' : 'Anna');
      expect(await page.$eval('html', (html) => html.lang)).toBe(language);
      await tabTo(page, 'voice-join');
      await page.keyboard.press('Enter');
      await page.waitForSelector(`${testId('call-bar')}[data-status="connected"]`);
      await waitForFocusOn(page, 'voice-mute');
      await tabTo(page, 'voice-leave');
      await page.keyboard.press('Enter');
      await waitForFocusOn(page, 'voice-join');
      await page.browserContext().close();
    },
  );

  it('at phone width creates a room from the drawer, and Escape closes one dialog at a time', async () => {
    const page = await visit({ phone: true });
    await signUp(page, 'Boris');
    await page.locator(testId('lobby-open')).click();
    await page.locator(testId('room-create')).click();
    await page.waitForSelector(testId('new-room-title'));
    expect(await countOpenDialogs(page)).toBe(2);
    await page.keyboard.press('Escape');
    await expect.poll(() => countOpenDialogs(page)).toBe(1);
    await page.locator(testId('room-create')).click();
    await page.locator(testId('new-room-title')).fill('Кухня');
    // Rooms are others' too: a slug of its own for each run.
    const slug = `kitchen-${randomUUID().slice(0, 8)}`;
    expect(await page.$eval(testId('new-room-slug'), (input) => (input as HTMLInputElement).value)).toMatch(
      /^[a-z0-9-]{3,}$/,
    );
    await page.locator(testId('new-room-slug')).fill(slug);
    await page.locator(testId('new-room-submit')).click();
    await page.waitForFunction((path) => location.pathname === path, {}, `/r/${slug}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.browserContext().close();
  });

  it('fetches the code of calls when somebody points at the button, before they press it', async () => {
    const page = await visit();
    await signUp(page, 'Pam');
    const fetched = page.waitForResponse((response) => response.request().resourceType() === 'script');
    await page.hover(testId('voice-join'));
    expect((await fetched).status()).toBe(200);
    expect(await page.$(testId('call-bar'))).toBeNull();
    await page.browserContext().close();
  });

  it('says so where a relay is wanted and the server has none', async () => {
    const page = await visit({ preferences: { 'boltorezka.relayOnly': 'true' } });
    await signUp(page, 'Clara');
    await page.locator(testId('voice-join')).click();
    const notice = await page.waitForSelector(testId('voice-notice'));
    expect(await notice?.evaluate((node) => node.textContent)).toMatch(/relay/i);
    await page.waitForSelector(testId('voice-join'));
    await page.browserContext().close();
  });

  it('joins with the microphone that there is where the remembered one is gone', async () => {
    const microphone = {
      deviceId: 'f'.repeat(64),
      noiseSuppression: true,
      echoCancellation: true,
      autoGainControl: true,
    };
    const page = await visit({ preferences: { 'boltorezka.microphone': JSON.stringify(microphone) } });
    await signUp(page, 'David');
    await page.locator(testId('voice-join')).click();
    await page.waitForSelector(`${testId('call-bar')}[data-status="connected"]`);
    await page.browserContext().close();
  });

  it('opens a room that failed as soon as there is one', async () => {
    const page = await visit();
    await signUp(page, 'Vera');
    await page.goto(`${server.url}/r/late-room`);
    await page.waitForSelector(testId('room-failed'));
    const { token } = await server.register();
    await createRoom(server.url, token, { slug: 'late-room', title: 'Late room' });
    await page.waitForSelector(testId('chat-empty'));
    await page.browserContext().close();
  });

  it('shows who writes what they write: markup stays text', async () => {
    const page = await visit();
    await signUp(page, '<b>Eve</b>');
    const text = '<img src=x onerror=alert(1)>';
    await page.locator(testId('chat-input')).fill(text);
    await page.locator(testId('chat-send')).click();
    await page.waitForSelector(`${testId('chat-message')}[data-status="sent"]`);
    const shown = await page.$$eval(testId('chat-message'), (nodes) => nodes.map((node) => node.textContent));
    expect(shown).toContain(text);
    expect(await page.$$eval('img[src="x"]', (images) => images.length)).toBe(0);
    await page.browserContext().close();
  });

  it('complains of nothing: no error in any of these, and nothing that its security policy refuses', () => {
    expect(complaints).toEqual([]);
  });
});
