import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'puppeteer-core';
import type { TestServer } from '../../signaling/test/start-server.ts';
import type { TestSocket } from '../../signaling/test/test-socket.ts';

export const testId = (id: string) => `[data-testid="${id}"]`;

/** The box that the messages scroll in. */
export const list = 'section[aria-live="off"]';

/** Lines of all lengths, so that no two rows are alike in height. */
export const lineOf = (n: number) => `line ${n} ${'and some more words '.repeat((n * 7) % 23)}`.trim();

export interface Writer {
  createRoom(): Promise<string>;
  write(slug: string, text: string): Promise<unknown>;
  writeMany(slug: string, count: number): Promise<void>;
}

/** Somebody who fills rooms with messages, without a browser. */
export const createWriter = (server: TestServer, socket: TestSocket): Writer => {
  const write = (slug: string, text: string) =>
    socket.request('chat.send', { roomSlug: slug, clientMessageId: randomUUID(), text });
  return {
    createRoom: async () => {
      const slug = `room-${randomUUID().slice(0, 8)}`;
      const response = await fetch(`${server.url}/v1/rooms`, {
        method: 'POST',
        headers: { authorization: `Bearer ${socket.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ slug, title: 'Long talks' }),
      });
      if (response.status !== 201) throw new Error(`room: ${response.status}`);
      await socket.request('room.join', { roomSlug: slug, keepOthers: true });
      return slug;
    },
    write,
    writeMany: async (slug, count) => {
      for (let n = 0; n < count; n += 1) await write(slug, lineOf(n));
    },
  };
};

export interface ReaderDeps {
  server: TestServer;
  browser: Browser;
}

/** Opens a room as Boris, in a browser of his own. */
export const openAsBoris = async ({ server, browser }: ReaderDeps, slug: string): Promise<Page> => {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport({ width: 1280, height: 800 });
  const { token } = await server.register('Boris');
  await page.evaluateOnNewDocument((value) => {
    localStorage.setItem('boltorezka.language', 'en');
    localStorage.setItem('boltorezka.token', value);
  }, token);
  await page.goto(`${server.url}/r/${slug}`);
  await page.waitForSelector(`${testId('chat-message')}, ${testId('chat-empty')}`);
  return page;
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
