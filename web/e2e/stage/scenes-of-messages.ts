import type { ElementHandle, Page } from 'puppeteer-core';
import { testId } from '../test-id.ts';
import type { Scene } from './scenes.ts';
import type { Stage, Variant } from './stage.ts';
import { click, fill, isJoined, sees, settle } from './steps.ts';
import { teamSlug } from './team-room.ts';

/** Boris, whom the others have named and answered, comes back to the room. */
const enterAsBoris = async (stage: Stage, variant: Variant, slug = teamSlug): Promise<Page> => {
  const page = await stage.visit(variant, { token: stage.world.people[1]!.token, path: `/r/${slug}` });
  await sees(page, 'chat-message');
  await isJoined(page);
  return page;
};

/** The row of the last message that holds something. */
const rowWith = async (page: Page, selector: string): Promise<ElementHandle<HTMLElement>> => {
  const wanted = `[data-row]:has(${selector})`;
  // What is out of view is not in the page; what is above is, once the reader is there.
  if (!(await page.$(wanted)))
    await page.$eval('section[aria-live="off"]', (box) => box.scrollTo({ top: 0 }));
  await page.waitForSelector(wanted);
  const rows = (await page.$$(wanted)) as ElementHandle<HTMLElement>[];
  return rows.at(-1)!;
};

/** By keyboard, which works at every width. */
const act = async (
  page: Page,
  selector: string,
  key: 'Enter' | 'r' | 'e' | 't' | 'Delete',
): Promise<void> => {
  const row = await rowWith(page, selector);
  await row.focus();
  await page.keyboard.press(key);
};

const pictured = testId('chat-image');

/** What messages hold, and what is done with them. */
export const messageScenes: readonly Scene[] = [
  {
    name: 'messages-with-everything',
    open: (stage, variant) => enterAsBoris(stage, variant),
  },
  {
    name: 'message-pointed-at',
    only: 'desktop',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      const row = await rowWith(page, testId('chat-quote'));
      // A row that comes into view is measured, pictures come in beside it, and it moves from under the pointer.
      for (;;) {
        await settle(page);
        await row.hover();
        if (await page.waitForSelector(testId('message-more'), { timeout: 2_000 }).catch(() => null)) break;
      }
      return page;
    },
  },
  {
    name: 'message-menu',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      await act(page, testId('chat-quote'), 'Enter');
      await sees(page, 'message-menu');
      return page;
    },
  },
  {
    name: 'answering',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      await act(page, testId('chat-quote'), 'r');
      await sees(page, 'composing', '[data-kind="reply"]');
      return page;
    },
  },
  {
    name: 'editing',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      await act(page, testId('chat-edited'), 'e');
      await sees(page, 'composing', '[data-kind="edit"]');
      return page;
    },
  },
  {
    name: 'deleting',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      await act(page, testId('chat-edited'), 'Delete');
      await sees(page, 'confirm');
      return page;
    },
  },
  {
    name: 'reporting',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      await act(page, testId('chat-quote'), 'Enter');
      await click(page, 'action-report');
      await sees(page, 'report-reason');
      return page;
    },
  },
  {
    name: 'naming-somebody',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      await page.focus(testId('chat-input'));
      await page.keyboard.type('@');
      await sees(page, 'completion');
      return page;
    },
  },
  {
    name: 'emoji-picker',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      await click(page, 'emoji-open');
      await sees(page, 'emoji');
      return page;
    },
  },
  {
    name: 'files-chosen',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      const input = await page.waitForSelector(`input${testId('attach-input')}`);
      await (input as ElementHandle<HTMLInputElement>).uploadFile('web/e2e/stage/picture.ts', 'README.md');
      await page.waitForFunction(
        (selector) => document.querySelectorAll(selector).length === 2,
        {},
        `${testId('upload')}[data-state="done"]`,
      );
      return page;
    },
  },
  {
    name: 'picture-viewer',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      await rowWith(page, pictured);
      await page.$eval(pictured, (button) => (button as HTMLElement).click());
      await sees(page, 'viewer-image');
      return page;
    },
  },
  {
    name: 'thread',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      await rowWith(page, testId('chat-thread'));
      // A row that comes into view is measured, and moves.
      await page.$eval(testId('chat-thread'), (button) => (button as HTMLElement).click());
      await page.waitForFunction(
        (selector) => document.querySelectorAll(selector).length >= 1,
        {},
        `:is(${testId('panel')}, dialog[open]) ${testId('composer')}`,
      );
      return page;
    },
  },
  {
    name: 'threads',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      if (variant.phone) await click(page, 'room-menu');
      await click(page, 'threads-open');
      await sees(page, 'thread-entry');
      return page;
    },
  },
  {
    name: 'pins',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      if (variant.phone) await click(page, 'room-menu');
      await click(page, 'pins-open');
      await sees(page, 'pin');
      return page;
    },
  },
  {
    name: 'search',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant);
      if (variant.phone) await click(page, 'room-menu');
      await click(page, 'search-open');
      await fill(page, 'search-input', stage.language === 'ru' ? 'сетка' : 'arrow');
      await sees(page, 'search-result');
      return page;
    },
  },
  {
    name: 'inbox',
    open: async (stage, variant) => {
      const page = await enterAsBoris(stage, variant, 'design');
      if (variant.phone) await click(page, 'lobby-open');
      await click(page, 'inbox-open');
      await sees(page, 'inbox-entry');
      return page;
    },
  },
];
