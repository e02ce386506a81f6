import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestSocket } from '../../signaling/test/test-socket.ts';
import {
  type Conversation,
  closePage,
  focusRow,
  fromEnd,
  lineOf,
  startConversation,
} from './conversation.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
let vera: TestSocket;
beforeAll(async () => {
  conversation = await startConversation();
  vera = await conversation.server.connect('Vera');
});
afterAll(async () => {
  await vera?.close();
  await conversation?.close();
});

const list = `${testId('panel')} section[aria-live="off"]`;
const reply = `${list} ${testId('chat-message')}`;

/** Where a reply stands. */
const topOf = (page: Page, text: string) =>
  page.$$eval(
    reply,
    (nodes, wanted) => nodes.find((node) => node.textContent === wanted)?.getBoundingClientRect().top,
    text,
  );

const says = (page: Page, text: string) =>
  page.waitForFunction(
    (selector, wanted) => document.querySelector(selector)?.textContent?.includes(wanted),
    {},
    list,
    text,
  );

const openThread = async () => {
  const roomSlug = await conversation.writer.createRoom();
  await vera.request('room.join', { roomSlug });
  const { id } = await vera.request('chat.send', { roomSlug, text: 'the root' });
  for (let n = 0; n < 40; n += 1)
    await vera.request('chat.send', { roomSlug, text: lineOf(n), threadRootId: id });
  const page = await conversation.openAsBoris(roomSlug);
  await focusRow(page, 'the root');
  await page.keyboard.press('t');
  await page.waitForFunction(
    (selector, wanted) => [...document.querySelectorAll(selector)].at(-1)?.textContent === wanted,
    {},
    reply,
    lineOf(39),
  );
  await expect.poll(() => fromEnd(page, list)).toBe(0);
  const answer = (text: string) => vera.request('chat.send', { roomSlug, text, threadRootId: id });
  const grow = async (word: string) => {
    await vera.request('chat.edit', { messageId: id, text: `the root\n${`${word}\n`.repeat(9)}${word}` });
    await says(page, word);
  };
  return { page, grow, answer };
};

it('a thread whose first message grows stays at its end for whoever is there', async () => {
  const { page, grow } = await openThread();
  const before = await topOf(page, lineOf(39));
  await grow('more');
  await expect.poll(() => fromEnd(page, list)).toBe(0);
  expect(await topOf(page, lineOf(39))).toBe(before);
  await closePage(page);
});

it('a thread whose first message grows stays where it is read, whatever has come below meanwhile', async () => {
  const { page, grow, answer } = await openThread();
  await page.hover(list);
  await page.mouse.wheel({ deltaY: -900 });
  await expect.poll(() => fromEnd(page, list)).toBeGreaterThan(600);
  const place = () => page.$eval(list, (box) => box.scrollTop);
  await expect
    .poll(async () => {
      const before = await place();
      await page.evaluate(() => new Promise(requestAnimationFrame));
      return (await place()) === before;
    })
    .toBe(true);
  const view = await page.$$eval(reply, (nodes) => nodes.map((node) => node.textContent ?? ''));
  const middle = view[Math.floor(view.length / 2)] ?? '';
  const before = await topOf(page, middle);
  for (const text of ['one more', 'two more', 'three more']) await answer(text);
  await page.waitForFunction(
    (selector) => document.querySelector(selector)?.textContent?.includes('3 new'),
    {},
    `${testId('panel')} ${testId('chat-latest')}`,
  );
  await grow('more');
  await expect.poll(async () => Math.abs(((await topOf(page, middle)) ?? 0) - (before ?? 0)) <= 1).toBe(true);
  await closePage(page);
});
