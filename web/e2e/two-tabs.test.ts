import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Conversation,
  closePage,
  focusRow,
  focusSentRow,
  holds,
  sees,
  startConversation,
} from './conversation.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
beforeAll(async () => {
  conversation = await startConversation();
});
afterAll(() => conversation?.close());

const type = async (page: Page, text: string): Promise<void> => {
  await page.bringToFront();
  await page.focus(testId('chat-input'));
  await page.keyboard.type(text);
};

/** Boris with a room open in two tabs of his browser. */
const openTwice = async (): Promise<[Page, Page]> => {
  const page = await conversation.openAsBoris(await conversation.writer.startRoom('hello'));
  await sees(page, 'hello');
  const beside = await page.browserContext().newPage();
  await beside.setViewport({ width: 1280, height: 800 });
  await beside.goto(page.url());
  await sees(beside, 'hello');
  return [page, beside];
};

/** @returns what waits until this page has heard that another one has let go of the draft, and is drawn again. */
const hearsOfSending = async (page: Page): Promise<() => Promise<void>> => {
  const heard = await page.evaluateHandle(() => ({
    it: new Promise<void>((resolve) => {
      addEventListener('storage', ({ key, newValue }) => {
        if (key?.startsWith('boltorezka.draft.') && newValue === null) resolve();
      });
    }),
  }));
  return async () => {
    await heard.evaluate(({ it }) => it);
    await page.bringToFront();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  };
};

const answering = `${testId('composing')}[data-kind="reply"]`;

describe('a draft in two tabs', () => {
  it('is one: written, answering and sent in one of them, it is so in the other', async () => {
    const [page, beside] = await openTwice();
    await focusRow(beside, 'hello');
    await page.bringToFront();
    await focusRow(page, 'hello');
    await page.keyboard.press('r');
    await page.waitForSelector(answering);
    await type(page, 'look');
    await beside.bringToFront();
    await holds(beside, 'look');
    await beside.waitForSelector(answering);
    // Whoever reads there goes on reading.
    expect(await beside.$(`${testId('chat-input')}:focus`)).toBeNull();
    await page.bringToFront();
    await page.keyboard.press('Enter');
    await sees(page, 'look');
    await beside.bringToFront();
    await holds(beside, '');
    await beside.waitForSelector(answering, { hidden: true });
    await type(beside, 'the next one');
    await page.bringToFront();
    await holds(page, 'the next one');
    await closePage(page);
  });

  it('that a full browser did not keep as one has gone on with it stays theirs', async () => {
    const [page, beside] = await openTwice();
    await type(page, 'look');
    await beside.bringToFront();
    await holds(beside, 'look');
    await beside.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('Full', 'QuotaExceededError');
      };
    });
    await type(beside, ' there');
    const hears = await hearsOfSending(beside);
    await page.bringToFront();
    await page.keyboard.press('Enter');
    await hears();
    await holds(beside, 'look there');
    await closePage(page);
  });

  it('is left alone where an input method is at work', async () => {
    const [page, beside] = await openTwice();
    await type(page, 'look');
    await beside.bringToFront();
    await holds(beside, 'look');
    await beside.$eval(testId('chat-input'), (field) => {
      field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    });
    const hears = await hearsOfSending(beside);
    await page.bringToFront();
    await page.keyboard.press('Enter');
    await hears();
    await holds(beside, 'look');
    await closePage(page);
  });

  it('is followed beneath a change of a message', async () => {
    const [page, beside] = await openTwice();
    await type(page, 'mine');
    await page.keyboard.press('Enter');
    await focusSentRow(page, 'mine');
    await type(page, 'look');
    await beside.bringToFront();
    await holds(beside, 'look');
    await focusSentRow(beside, 'mine');
    await beside.keyboard.press('e');
    await holds(beside, 'mine');
    await page.bringToFront();
    await page.keyboard.press('Enter');
    await sees(page, 'look');
    await beside.bringToFront();
    await sees(beside, 'look');
    await holds(beside, 'mine');
    await beside.keyboard.press('Escape');
    await holds(beside, '');
    await closePage(page);
  });
});
