import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'puppeteer-core';
import { createRoom } from '../../signaling/test/rest.ts';
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../../signaling/test/start-server.ts';
import type { TestSocket } from '../../signaling/test/test-socket.ts';
import { launchShell } from './browser.ts';
import { isJoined } from './stage/steps.ts';
import { testId } from './test-id.ts';

/** The box that the messages scroll in. */
export const list = 'section[aria-live="off"]';

/** Lines of all lengths, so that no two rows are alike in height. */
export const lineOf = (n: number) => `line ${n} ${'and some more words '.repeat((n * 7) % 23)}`.trim();

interface Writer {
  createRoom(): Promise<string>;
  /** A room in which these have been written. */
  startRoom(...texts: string[]): Promise<string>;
  write(slug: string, text: string): Promise<unknown>;
  writeMany(slug: string, count: number): Promise<void>;
  delete(messageId: string): Promise<unknown>;
}

/** Somebody who fills rooms with messages, without a browser. */
const createWriter = (server: TestServer, socket: TestSocket): Writer => {
  const write = (slug: string, text: string) =>
    socket.request('chat.send', { roomSlug: slug, clientMessageId: randomUUID(), text });
  const openRoom = async () => {
    const { slug } = await createRoom(server.url, socket.token);
    await socket.request('room.join', { roomSlug: slug, keepOthers: true });
    return slug;
  };
  return {
    createRoom: openRoom,
    startRoom: async (...texts) => {
      const slug = await openRoom();
      for (const text of texts) await write(slug, text);
      return slug;
    },
    write,
    delete: (messageId) => socket.request('chat.delete', { messageId }),
    writeMany: async (slug, count) => {
      for (let n = 0; n < count; n += 1) await write(slug, lineOf(n));
    },
  };
};

/** Opens a room as Boris, in a browser of his own. */
const openAsBoris = async (
  { server, browser, token }: { server: TestServer; browser: Browser; token: string },
  slug: string,
): Promise<Page> => {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.evaluateOnNewDocument((value) => {
    localStorage.setItem('boltorezka.language', 'en');
    localStorage.setItem('boltorezka.token', value);
  }, token);
  await page.goto(`${server.url}/r/${slug}`);
  await page.waitForSelector(`${testId('chat-message')}, ${testId('chat-empty')}`);
  await isJoined(page);
  return page;
};

/** @param place the box, where it is another than the room's. */
export const fromEnd = (page: Page, place = list) =>
  page.$eval(place, (box) => Math.round(box.scrollHeight - box.clientHeight - box.scrollTop));

/** Where the rows in view stand, by what they say. */
export const places = (page: Page) =>
  page.$$eval(testId('chat-message'), (nodes) =>
    Object.fromEntries(
      nodes
        .map((node) => [node.textContent ?? '', node.getBoundingClientRect().top] as const)
        .filter(([, top]) => top > 150 && top < 600),
    ),
  );

/** The button of the one block of code puts just this on the clipboard. */
export const copiesCode = async (page: Page, code: string): Promise<void> => {
  await page.evaluate(() => {
    navigator.clipboard.writeText = (text) => {
      document.title = text;
      return Promise.resolve();
    };
  });
  await page.$eval(testId('chat-copy-code'), (button) => (button as HTMLElement).click());
  await page.waitForFunction((wanted) => document.title === wanted, {}, code);
};

export const closePage = (page: Page): Promise<void> => page.browserContext().close();

export interface Conversation {
  server: TestServer;
  /** Anna, who writes. */
  writer: Writer;
  /** @param token of a Boris who was here before. */
  openAsBoris(slug: string, token?: string): Promise<Page>;
  close(): Promise<void>;
}

/** A server, Anna who writes there without a browser, and a browser for whoever reads. */
export const startConversation = async (options: TestServerOptions = {}): Promise<Conversation> => {
  const server = await startTestServer({ ...options, page: true });
  const browser = await launchShell();
  const anna = await server.connect('Anna');
  return {
    server,
    writer: createWriter(server, anna),
    openAsBoris: async (slug, known) => {
      const token = known ?? (await server.register('Boris')).token;
      return openAsBoris({ server, browser, token }, slug);
    },
    close: async () => {
      await browser.close();
      await anna.close();
      await server.close();
    },
  };
};

/** Waits until a message with this text is in view. */
export const sees = (page: Page, text: string) =>
  page.waitForFunction(
    (selector, wanted) =>
      [...document.querySelectorAll(selector)].some((node) => {
        const { top, bottom } = node.getBoundingClientRect();
        return node.textContent === wanted && bottom > 0 && top < innerHeight;
      }),
    {},
    testId('chat-message'),
    text,
  );

export const focusRow = async (page: Page, text: string): Promise<void> => {
  await sees(page, text);
  await page.evaluate(
    (selector, wanted) => {
      const message = [...document.querySelectorAll(selector)].find((node) => node.textContent === wanted);
      message?.closest<HTMLElement>('[data-row]')?.focus();
    },
    testId('chat-message'),
    text,
  );
};

/** What is being written says this, and nothing else. */
export const holds = (page: Page, text: string) =>
  page.waitForFunction(
    (selector, wanted) => document.querySelector<HTMLTextAreaElement>(selector)?.value === wanted,
    { polling: 100 },
    testId('chat-input'),
    text,
  );

/** A message of one's own, which can be changed once the server has it. */
export const focusSentRow = async (page: Page, text: string): Promise<void> => {
  await focusRow(page, text);
  await page.waitForSelector(`[data-row]:focus-within ${testId('message-edit')}`);
};
