import type { Page } from 'puppeteer-core';
import { testId } from '../test-id.ts';
import type { Scene } from './scenes.ts';
import type { Variant } from './stage.ts';
import { answering, click, enter, fill, sees, spoilingMessages } from './steps.ts';

const openLobby = async (page: Page, { phone }: Variant): Promise<void> => {
  if (phone) await click(page, 'lobby-open');
  await sees(page, 'room-create');
};

/** Rooms, people and what is written. */
export const chatScenes: readonly Scene[] = [
  {
    name: 'conversation',
    open: async (stage, variant) => {
      const page = await enter(stage, variant);
      await sees(page, 'chat-message');
      return page;
    },
  },
  {
    name: 'lobby',
    only: 'phone',
    open: async (stage, variant) => {
      const page = await enter(stage, variant);
      await openLobby(page, variant);
      return page;
    },
  },
  {
    name: 'people',
    only: 'phone',
    open: async (stage, variant) => {
      const page = await enter(stage, variant);
      await click(page, 'members-open');
      await sees(page, 'member');
      return page;
    },
  },
  {
    name: 'new-room-with-problems',
    open: async (stage, variant) => {
      const page = await enter(stage, variant);
      await openLobby(page, variant);
      await click(page, 'room-create');
      await fill(page, 'new-room-title', 'D');
      await click(page, 'new-room-submit');
      await page.waitForSelector('[aria-invalid="true"]');
      return page;
    },
  },
  {
    name: 'settings',
    open: async (stage, variant) => {
      const page = await enter(stage, variant);
      await openLobby(page, variant);
      await click(page, 'settings-open');
      await sees(page, 'sign-out');
      return page;
    },
  },
  {
    name: 'link-copied',
    open: async (stage, variant) => {
      const page = await enter(stage, variant);
      await click(page, 'room-menu');
      await click(page, 'room-link');
      await sees(page, 'toast');
      return page;
    },
  },
  {
    name: 'long-message-being-written',
    open: async (stage, variant) => {
      const page = await enter(stage, variant);
      const lines = Array.from({ length: 40 }, (_, n) => `${n + 1}. ${'line '.repeat(18)}`);
      await page.focus(testId('chat-input'));
      await page.keyboard.sendCharacter(lines.join('\n'));
      await sees(page, 'chat-send', ':not(:disabled)');
      return page;
    },
  },
  {
    name: 'message-not-sent',
    open: async (stage, variant) => {
      const page = await enter(stage, variant, { prepare: spoilingMessages });
      await fill(page, 'chat-input', stage.language === 'ru' ? 'Буду через час.' : 'Back in an hour.');
      await click(page, 'chat-send');
      await sees(page, 'chat-retry');
      return page;
    },
  },
  {
    name: 'room-not-found',
    open: async (stage, variant) => {
      const page = await enter(stage, variant);
      await page.goto(new URL('/r/no-such-room', page.url()).href);
      await sees(page, 'room-failed');
      return page;
    },
  },
  {
    name: 'history-failed',
    open: async (stage, variant) => {
      const page = await enter(stage, variant, {
        prepare: answering(/\/messages$/, {
          status: 500,
          body: { error: 'ServerError', message: 'Something went wrong.' },
        }),
      });
      await sees(page, 'chat-history-failed');
      return page;
    },
  },
];
