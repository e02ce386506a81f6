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
import { holdUploads } from './held-uploads.ts';
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

/**
 * @param wanted what another page writes into the draft; null: it lets go of it.
 * @returns what waits until this page has heard that, and is drawn again.
 */
const hears = async (page: Page, wanted: string | null): Promise<() => Promise<void>> => {
  const heard = await page.evaluateHandle(
    (words) => ({
      it: new Promise<void>((resolve) => {
        addEventListener('storage', ({ key, newValue }) => {
          const isIt = words === null ? newValue === null : newValue?.includes(words);
          if (key?.startsWith('boltorezka.draft.') && isIt) resolve();
        });
      }),
    }),
    wanted,
  );
  return async () => {
    await heard.evaluate(({ it }) => it);
    await page.bringToFront();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  };
};

/** What is written in the one is so in the other. */
const showsBoth = async (text: string, page: Page, beside: Page): Promise<void> => {
  await type(page, text);
  await beside.bringToFront();
  await holds(beside, text);
};

/** It is sent in the one, which the other has heard then. */
const sendsBefore = async (beside: Page, page: Page): Promise<void> => {
  const hasHeard = await hears(beside, null);
  await page.bringToFront();
  await page.keyboard.press('Enter');
  await hasHeard();
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
    await showsBoth('look', page, beside);
    await beside.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('Full', 'QuotaExceededError');
      };
    });
    await type(beside, ' there');
    await sendsBefore(beside, page);
    await holds(beside, 'look there');
    await closePage(page);
  });

  it('is left alone where an input method is at work', async () => {
    const [page, beside] = await openTwice();
    await showsBoth('look', page, beside);
    await beside.$eval(testId('chat-input'), (field) => {
      field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    });
    await sendsBefore(beside, page);
    await holds(beside, 'look');
    await closePage(page);
  });

  it('is followed beneath a change of a message', async () => {
    const [page, beside] = await openTwice();
    await type(page, 'mine');
    await page.keyboard.press('Enter');
    await focusSentRow(page, 'mine');
    await showsBoth('look', page, beside);
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

  it('goes with its file as it was written in the one, whatever is made of it in the other', async () => {
    const [page, beside] = await openTwice();
    await page.bringToFront();
    const held = await (await holdUploads(page))('look');
    await holds(beside, 'look');
    const hasHeard = await hears(page, 'look out');
    await type(beside, ' out of');
    await hasHeard();
    held.letGo();
    await sees(page, 'look');
    await holds(page, '');
    await holds(beside, 'look out of');
    await closePage(page);
  });
});
