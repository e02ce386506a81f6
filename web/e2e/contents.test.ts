import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle, HTTPRequest, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takePicture } from '../../signaling/test/pictures.ts';
import { type Conversation, fromEnd, list, startConversation } from './conversation.ts';
import { hears } from './focus.ts';
import { testId } from './test-id.ts';

const maxBytes = 100_000;
const quotaBytes = 1_000_000;

let conversation: Conversation;
let folder: string;
let site: Server;
let port: number;
/** Who asked the site for something. */
const asked: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boltorezka-files-'));
  const picture = await takePicture({ format: 'png' });
  site = createServer((request, response) => {
    asked.push(request.headers['user-agent'] ?? '');
    if (request.url === '/picture.png') response.setHeader('content-type', 'image/png').end(picture);
    else
      response
        .setHeader('content-type', 'text/html')
        .end(
          '<title>Release notes</title><meta name="description" content="All that is new"><meta property="og:image" content="/picture.png"><meta property="og:image:alt" content="Red and blue"><body>',
        );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  ({ port } = site.address() as AddressInfo);
  conversation = await startConversation({
    env: {
      ATTACHMENT_MAX_BYTES: String(maxBytes),
      ATTACHMENT_QUOTA_BYTES: String(quotaBytes),
      ATTACHMENT_TOTAL_BYTES: String(2 * quotaBytes),
      LINK_PREVIEWS: 'on',
    },
    web: {
      resolve: async () => ['127.0.0.1'],
      isPublic: (address) => address === '127.0.0.1',
      ports: new Set([port]),
    },
  });
});
afterAll(async () => {
  await conversation?.close();
  site.closeAllConnections();
  site.close();
  await rm(folder, { recursive: true, force: true });
});

const openRoom = async (): Promise<Page> => {
  const slug = await conversation.writer.createRoom();
  await conversation.writer.write(slug, 'hello');
  return conversation.openAsBoris(slug);
};

const close = (page: Page) => page.browserContext().close();

/** The uploads of a message that is being written, by their state. */
const waitForUploads = (page: Page, states: string[]) =>
  page.waitForFunction(
    (selector, wanted) =>
      JSON.stringify(
        [...document.querySelectorAll<HTMLElement>(selector)].map(({ dataset }) => dataset.state),
      ) === JSON.stringify(wanted),
    {},
    testId('upload'),
    states,
  );

const choose = async (page: Page, name: string, bytes = 10): Promise<void> => {
  const path = join(folder, name);
  await writeFile(path, 'x'.repeat(bytes));
  const input = (await page.waitForSelector(testId('attach-input'), {
    visible: false,
  })) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
};

/** What a clipboard or a drag hands to the page. */
const hand = (page: Page, how: 'paste' | 'drop', name: string) =>
  page.evaluate(
    (selector, kind, fileName) => {
      const data = new DataTransfer();
      data.items.add(new File(['pasted or dropped'], fileName, { type: 'text/plain' }));
      const input = document.querySelector(selector);
      const sent = { bubbles: true, cancelable: true };
      if (kind === 'paste')
        return input?.dispatchEvent(new ClipboardEvent('paste', { ...sent, clipboardData: data }));
      for (const type of ['dragenter', 'dragover', 'drop'])
        input?.dispatchEvent(new DragEvent(type, { ...sent, dataTransfer: data }));
    },
    testId('chat-input'),
    how,
    name,
  );

const send = async (page: Page): Promise<void> => {
  await page.focus(testId('chat-input'));
  await page.keyboard.press('Enter');
};

describe('a file', () => {
  it('that was chosen, pasted or dropped goes with the message', async () => {
    const page = await openRoom();
    await choose(page, 'chosen.txt');
    await hand(page, 'paste', 'pasted.txt');
    await hand(page, 'drop', 'dropped.txt');
    await waitForUploads(page, ['done', 'done', 'done']);
    await send(page);
    await waitForUploads(page, []);
    for (const name of ['chosen.txt', 'pasted.txt', 'dropped.txt'])
      await page.waitForFunction(
        (selector, wanted) =>
          [...document.querySelectorAll(selector)].some((file) => file.textContent?.includes(wanted)),
        {},
        testId('chat-file'),
        name,
      );
    await close(page);
  });

  it('that is larger than the server takes is told as such, and can be taken back', async () => {
    const page = await openRoom();
    await choose(page, 'large.txt', maxBytes + 1);
    await waitForUploads(page, ['failed']);
    const told = await page.$eval(`${testId('upload')} [role="alert"]`, ({ textContent }) => textContent);
    expect(told).toContain('larger than the server accepts');
    await page.locator(testId('upload-remove')).click();
    await waitForUploads(page, []);
    await close(page);
  });

  it.each([
    [quotaBytes, 'Delete messages with files that nobody needs'],
    [2 * quotaBytes, 'Tell whoever runs the server'],
  ])('where files take up %i bytes already is refused with what to do about it', async (bytes, advice) => {
    const page = await openRoom();
    await choose(page, 'before.txt');
    await waitForUploads(page, ['done']);
    const { db } = conversation.server.database;
    // All that Boris may have; or all that everybody may, by somebody else.
    const whose = bytes === quotaBytes ? '=' : '<>';
    await db.query(`UPDATE attachments SET size_bytes = 0 WHERE name <> 'before.txt'`);
    await db.query(
      `UPDATE attachments SET size_bytes = $1,
         user_id = (SELECT id FROM users u WHERE u.id ${whose} attachments.user_id LIMIT 1) WHERE name = 'before.txt'`,
      [bytes],
    );
    await choose(page, 'more.txt');
    await waitForUploads(page, ['done', 'failed']);
    const told = await page.$eval(`${testId('upload')} [role="alert"]`, ({ textContent }) => textContent);
    expect(told).toContain(advice);
    expect(told).not.toContain('larger than');
    await db.query(`DELETE FROM attachments WHERE name = 'before.txt'`);
    await close(page);
  });

  it('shows how far it is, and is not sent where it is taken back meanwhile', async () => {
    const page = await openRoom();
    const held = Promise.withResolvers<HTTPRequest>();
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const isUpload = request.method() === 'POST' && request.url().includes('/attachments?');
      if (isUpload) held.resolve(request);
      else void request.continue();
    });
    await choose(page, 'slow.txt');
    const request = await held.promise;
    await waitForUploads(page, ['uploading']);
    await page.waitForSelector(`${testId('upload')} progress`);
    await page.locator(testId('upload-remove')).click();
    await waitForUploads(page, []);
    // Given up by the page: the network has nothing of it to answer any more.
    await request.abort().catch(() => undefined);
    await page.setRequestInterception(false);
    const rows = await conversation.server.database.db.query(
      `SELECT FROM attachments WHERE name = 'slow.txt'`,
    );
    expect(rows).toEqual([]);
    await close(page);
  });
});

describe('a link', () => {
  it('has a card below it that tells what is there, and leads there', async () => {
    const page = await openRoom();
    const link = `http://news.example:${port}/notes`;
    await page.focus(testId('chat-input'));
    await page.keyboard.type(`read ${link}`);
    await page.keyboard.press('Enter');
    const card = await page.waitForSelector(testId('chat-preview'));
    const shown = await card?.evaluate((element) => ({
      text: element.textContent,
      href: element.querySelector('a')?.href,
      rel: element.querySelector('a')?.rel,
    }));
    expect(shown?.text).toContain('Release notes');
    expect(shown?.text).toContain('All that is new');
    expect(shown).toMatchObject({ href: link, rel: expect.stringContaining('noopener') });
    await close(page);
  });

  it('has its card come into the row that is there: nothing in view is drawn anew for it', async () => {
    const page = await openRoom();
    const gone = await page.evaluateHandle((box) => {
      const removed: (string | null)[] = [];
      const note = ({ removedNodes }: MutationRecord) => {
        for (const node of removedNodes)
          if (node instanceof Element && node.querySelector('[data-row]')) removed.push(node.textContent);
      };
      const observer = new MutationObserver((records) => records.forEach(note));
      observer.observe(document.querySelector(box)!, { childList: true, subtree: true });
      return removed;
    }, list);
    await page.focus(testId('chat-input'));
    await page.keyboard.type(`look at http://news.example:${port}/card`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${testId('chat-preview-picture')} img`);
    expect(await gone.jsonValue()).toEqual([]);
    await expect.poll(() => fromEnd(page)).toBe(0);
    await close(page);
  });

  it('has a card that its author takes away by keyboard, for everybody and for good', async () => {
    const page = await openRoom();
    const roomSlug = new URL(page.url()).pathname.slice('/r/'.length);
    const reader = await conversation.openAsBoris(roomSlug);
    await page.focus(testId('chat-input'));
    await page.keyboard.type(`see http://news.example:${port}/`);
    await page.keyboard.press('Enter');
    await Promise.all([page, reader].map((each) => each.waitForSelector(testId('chat-preview'))));
    expect(await reader.$(testId('chat-preview-dismiss'))).toBeNull();
    await page.waitForSelector(`${testId('chat-message')}[data-status="sent"]`);
    await page.focus(testId('chat-preview-dismiss'));
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.matches('[data-row]'));
    await hears(page, 'Removing the link preview for everyone…');
    const hidden = { hidden: true };
    await Promise.all([page, reader].map((each) => each.waitForSelector(testId('chat-preview'), hidden)));
    await reader.reload();
    await reader.waitForSelector(testId('chat-message'));
    expect(await reader.$(testId('chat-preview'))).toBeNull();
    await Promise.all([close(page), close(reader)]);
  });

  it('shows its picture in a place that was kept for it, and the page’s own server sees no reader', async () => {
    const page = await openRoom();
    await page.setRequestInterception(true);
    const held: HTTPRequest[] = [];
    let isHeld = true;
    page.on('request', (request) => {
      if (isHeld && request.url().includes('/previews/pictures/')) held.push(request);
      else void request.continue();
    });
    await page.focus(testId('chat-input'));
    await page.keyboard.type(`see http://news.example:${port}/picture`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(testId('chat-preview-picture'));
    const heightOf = (id: string) =>
      page.$eval(testId(id), (element) => element.getBoundingClientRect().height);
    const before = await heightOf('chat-preview');
    expect(await heightOf('chat-preview-picture')).toBeGreaterThan(100);
    await expect.poll(() => held.length).toBeGreaterThan(0);
    isHeld = false;
    for (const request of held) await request.continue();
    const image = await page.waitForSelector(`${testId('chat-preview-picture')} img`);
    expect(await image?.evaluate((element) => element.getAttribute('alt'))).toBe('Red and blue');
    await page.waitForFunction((element) => (element as HTMLImageElement).naturalWidth === 480, {}, image);
    expect(await heightOf('chat-preview')).toBe(before);
    expect(new Set(asked)).toEqual(new Set(['Boltorezka (link previews)']));
    await page.setRequestInterception(false);
    await page.focus(testId('chat-input'));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.up('Control');
    await page.keyboard.type('nothing any more');
    await page.keyboard.press('Enter');
    await page.waitForSelector(testId('chat-preview-picture'), { hidden: true });
    await close(page);
  });
});
