import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { familyOf } from '../../signaling/test/start-process.ts';
import { chromiumFlags, chromiumPath } from './browser.ts';
import {
  type Block,
  inboundInPage,
  installHooks,
  listenInPage,
  mediaNamesInPage,
  pitchInPage,
  workletPath,
  workletSource,
} from './listener.ts';
import { pollUntil } from './poll.ts';
import { testId } from './test-id.ts';
import { writeTone } from './tone.ts';

export interface PersonOptions {
  url: string;
  name: string;
  /** What this person's microphone plays. */
  hz: number;
  /** Media only through TURN. */
  relayOnly?: boolean;
  /** Another way to start Chromium: in a network of its own, say. It is spoken with through pipes. */
  browser?: { executablePath: string; flags: string[] };
}

interface Opened extends Omit<PersonOptions, 'browser'> {
  browser: Browser;
  page: Page;
  folder: string;
  troubles: string[];
}

/** A person at a browser of their own, who does what people do: click, type and listen. */
export class Person {
  readonly name: string;
  readonly hz: number;
  readonly page: Page;
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #troubles: readonly string[];

  private constructor({ name, hz, browser, page, folder, troubles }: Opened) {
    this.name = name;
    this.hz = hz;
    this.page = page;
    this.#browser = browser;
    this.#folder = folder;
    this.#troubles = troubles;
  }

  /** Opens a browser on the server's page. */
  static async arrive(options: PersonOptions): Promise<Person> {
    const folder = mkdtempSync(join(tmpdir(), 'boltorezka-person-'));
    const tone = join(folder, 'tone.wav');
    writeTone(tone, options.hz);
    const browser = await puppeteer.launch({
      executablePath: options.browser?.executablePath ?? chromiumPath,
      pipe: options.browser !== undefined,
      userDataDir: join(folder, 'profile'),
      args: [
        ...chromiumFlags,
        `--use-file-for-fake-audio-capture=${tone}`,
        ...(options.browser?.flags ?? []),
      ],
    });
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    await page.evaluateOnNewDocument(installHooks);
    // A noise suppressor takes a steady tone for noise, and an echo canceller one browser's tone for the other's echo.
    const microphone = { noiseSuppression: false, echoCancellation: false, autoGainControl: false };
    await page.evaluateOnNewDocument(
      (settings, relayOnly) => {
        localStorage.setItem('boltorezka.microphone', settings);
        localStorage.setItem('boltorezka.relayOnly', relayOnly);
        localStorage.setItem('boltorezka.language', 'en');
      },
      JSON.stringify(microphone),
      String(options.relayOnly ?? false),
    );
    await serveWorklet(page);
    const troubles = noteTroubles(page);
    await page.goto(options.url);
    return new Person({ ...options, browser, page, folder, troubles });
  }

  async signUp(): Promise<void> {
    await this.page.waitForSelector(testId('auth-email'));
    if (!(await this.page.$(testId('auth-name')))) await this.click('auth-mode');
    await this.type('auth-name', this.name);
    await this.type('auth-email', `${randomUUID()}@test.local`);
    await this.type('auth-password', 'password123');
    await this.click('auth-submit');
    await this.page.waitForSelector(testId('chat-input')).catch(async (cause: unknown) => {
      const shown = this.page.evaluate(() => document.body.textContent).catch(String);
      const words = await Promise.race([shown, setTimeout(2_000, 'a page that does not answer')]);
      throw new Error([`${this.name} sees no room:`, words, ...this.#troubles].join('\n'), { cause });
    });
  }

  async openRoom(slug: string): Promise<void> {
    await this.click(`room-${slug}`);
    await this.page.waitForSelector(`${testId(`room-${slug}`)}[aria-current]`);
    await this.page.waitForSelector(testId('voice-join'));
  }

  async joinVoice(): Promise<void> {
    await this.click('voice-join');
    await this.page.waitForSelector(testId('voice-leave'));
    await this.sees(this.name);
  }

  async leaveVoice(): Promise<void> {
    await this.click('voice-leave');
    await this.page.waitForSelector(testId('voice-join'));
  }

  /** @returns when it was clicked, wall time. */
  toggleMute(): Promise<number> {
    // Clicked inside the page, so that the moment is known without the way from the test to the browser.
    return this.page.$eval(testId('voice-mute'), (button) => {
      const at = Date.now();
      (button as HTMLButtonElement).click();
      return at;
    });
  }

  async write(text: string): Promise<void> {
    await this.type('chat-input', text);
    await this.click('chat-send');
  }

  async reads(text: string): Promise<void> {
    await this.page.waitForFunction(
      (selector, wanted) =>
        [...document.querySelectorAll(selector)].some((node) => node.textContent?.includes(wanted)),
      {},
      testId('chat-message'),
      text,
    );
  }

  /** Waits until the page shows a person in voice. */
  async sees(userName: string): Promise<void> {
    await this.page.waitForSelector(`${testId('voice-participant')}[data-user-name="${userName}"]`);
  }

  /** Waits until the page shows a person in voice whose connection stands. */
  async seesConnected({ name }: Person): Promise<void> {
    await this.page.waitForSelector(
      `${testId('voice-participant')}[data-user-name="${name}"]:not([data-status="reconnecting"])`,
    );
  }

  async noLongerSees(userName: string, timeoutMs = 30_000): Promise<void> {
    await this.page.waitForSelector(`${testId('voice-participant')}[data-user-name="${userName}"]`, {
      hidden: true,
      timeout: timeoutMs,
    });
  }

  async seesSpeaking(userName: string, speaking: boolean): Promise<void> {
    await this.page.waitForSelector(
      `${testId('voice-participant')}[data-user-name="${userName}"][data-speaking="${speaking}"]`,
    );
  }

  /** Starts listening to somebody, waits for sound, and holds it to that person's pitch. */
  async hears(other: Person): Promise<void> {
    const selector = `${testId('remote-audio')}[data-user-name="${other.name}"]`;
    await this.page.waitForSelector(selector);
    await this.page.evaluate(listenInPage, { userName: other.name, hz: other.hz, workletPath });
    await this.hearsPitchOf(other);
  }

  /** Waits until the loudest frequency of somebody who is listened to is theirs. */
  async hearsPitchOf(other: Person): Promise<void> {
    await pollUntil({
      read: () => this.page.evaluate(pitchInPage, other.name),
      fits: ({ hz, db }) => Math.abs(hz - other.hz) < 6 && db > -50,
      what: `${this.name} hears ${other.hz} Hz:`,
    });
  }

  blocksOf(other: Person): Promise<Block[]> {
    return this.page.evaluate((userName) => window.e2eBlocks[userName] ?? [], other.name);
  }

  /** What names this person's media: another ICE fragment or SSRC would mean that it was built anew. */
  mediaNames(): Promise<string[]> {
    return this.page.evaluate(mediaNamesInPage);
  }

  /** Stops the whole browser for a while, as a lid that is closed does. @returns how to open it again. */
  fallAsleep(): () => void {
    const pids = familyOf(this.#browser.process()?.pid ?? 0);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    return () => {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    };
  }

  inbound() {
    return this.page.evaluate(inboundInPage);
  }

  async click(id: string): Promise<void> {
    await this.page.locator(testId(id)).click();
  }

  async type(id: string, text: string): Promise<void> {
    await this.page.locator(testId(id)).fill(text);
  }

  /** Leaves the page, as somebody does who closes the tab. */
  async closePage(): Promise<void> {
    await this.page.goto('about:blank');
  }

  async leave(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Only this is held up on its way: every other request goes as it does for anybody. */
const serveWorklet = async (page: Page): Promise<void> => {
  const session = await page.createCDPSession();
  session.on('Fetch.requestPaused', ({ requestId }) => {
    const answer = {
      ...{ requestId, responseCode: 200, body: Buffer.from(workletSource).toString('base64') },
      responseHeaders: [{ name: 'content-type', value: 'text/javascript' }],
    };
    session.send('Fetch.fulfillRequest', answer).catch(() => {});
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: `*${workletPath}` }] });
};

/** What went wrong in a page, told where somebody waits in vain for what it should show. */
const noteTroubles = (page: Page): string[] => {
  const troubles: string[] = [];
  page.on('requestfailed', (request) => troubles.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('error', (error) => troubles.push(String(error)));
  return troubles;
};
