import type { Page } from 'puppeteer-core';
import type { Scene } from './scenes.ts';
import type { Stage, Variant } from './stage.ts';
import { click, enter, fill, sees } from './steps.ts';

/** Somebody whose way to the server is shut; it opens again when the page is closed. */
const cutOff = async (stage: Stage, variant: Variant): Promise<Page> => {
  const page = await enter(stage, variant, { gated: true });
  page.once('close', () => stage.gate.open());
  await sees(page, 'chat-message');
  stage.gate.shut();
  return page;
};

/** What the page says when the connection is not what it should be. */
export const troubleScenes: readonly Scene[] = [
  {
    name: 'reconnecting-with-a-message-on-its-way',
    open: async (stage, variant) => {
      const page = await cutOff(stage, variant);
      await sees(page, 'connection-state', '[data-trouble="reconnecting"]');
      await fill(page, 'chat-input', variant.language === 'ru' ? 'Это уйдёт позже' : 'This goes later');
      await click(page, 'chat-send');
      await sees(page, 'chat-waiting');
      return page;
    },
  },
  {
    name: 'server-gone',
    open: async (stage, variant) => {
      const page = await cutOff(stage, variant);
      // Each attempt is made at once: nobody waits for the pauses between them.
      for (;;) {
        const trouble = await page.$eval('[data-testid="connection-state"]', (line) =>
          line.getAttribute('data-trouble'),
        );
        if (trouble === 'serverGone') return page;
        await click(page, 'connection-retry');
      }
    },
  },
  {
    name: 'device-offline',
    open: async (stage, variant) => {
      const page = await cutOff(stage, variant);
      await page.setOfflineMode(true);
      await sees(page, 'connection-state', '[data-trouble="offline"]');
      return page;
    },
  },
];
