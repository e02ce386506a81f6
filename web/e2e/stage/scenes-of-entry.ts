import type { Scene } from './scenes.ts';
import { answering, click, enter, fill, sees } from './steps.ts';

const unavailable = { status: 503, body: { error: 'Unavailable', message: 'The database is away.' } };

/** The way in: signing in and up, and what keeps one out. */
export const entryScenes: readonly Scene[] = [
  {
    name: 'sign-in',
    open: async (stage, variant) => {
      const page = await stage.visit(variant);
      await sees(page, 'auth-submit');
      return page;
    },
  },
  {
    name: 'sign-up-with-problems',
    open: async (stage, variant) => {
      const page = await stage.visit(variant);
      await click(page, 'auth-mode');
      await fill(page, 'auth-name', stage.world.newcomerName);
      await fill(page, 'auth-email', 'frank.example.org');
      await fill(page, 'auth-password', 'short');
      await click(page, 'auth-submit');
      await page.waitForSelector('[aria-invalid="true"]');
      return page;
    },
  },
  {
    name: 'sign-in-wrong-password',
    open: async (stage, variant) => {
      const page = await stage.visit(variant);
      await fill(page, 'auth-email', 'nobody@example.org');
      await fill(page, 'auth-password', 'not this one');
      await click(page, 'auth-submit');
      await sees(page, 'auth-error');
      return page;
    },
  },
  {
    name: 'session-ended',
    open: async (stage, variant) => {
      const page = await stage.visit(variant, { token: 'no-token-of-ours' });
      await sees(page, 'auth-ended');
      return page;
    },
  },
  {
    name: 'session-not-restored',
    open: async (stage, variant) => {
      const { token } = await stage.world.register(stage.world.newcomerName);
      const page = await stage.visit(variant, {
        token,
        prepare: answering(/\/v1\/auth\/me$/, unavailable),
      });
      await sees(page, 'restore-failed');
      return page;
    },
  },
  {
    name: 'page-not-whole',
    open: async (stage, variant) => {
      const { token } = await stage.world.register(stage.world.newcomerName);
      const page = await stage.visit(variant, {
        token,
        prepare: async (entered) => {
          await entered.evaluateOnNewDocument(() => sessionStorage.setItem('boltorezka.reloads', '3'));
          await answering(/\/shell-[^/]+\.js$/, unavailable)(entered);
        },
      });
      await sees(page, 'not-loaded', '[data-left="true"]');
      return page;
    },
  },
  {
    name: 'first-run-empty-room',
    open: async (stage, variant) => {
      const page = await enter(stage, variant, { path: '/r/weekly' });
      await sees(page, 'chat-empty');
      return page;
    },
  },
  {
    name: 'empty-server',
    open: async (stage, variant) => {
      const page = await enter(stage, variant, {
        prepare: answering(/\/v1\/rooms$/, { status: 200, body: { rooms: [] } }),
      });
      if (variant.phone) await click(page, 'lobby-open');
      await sees(page, 'rooms-empty');
      return page;
    },
  },
  {
    name: 'api-documentation',
    // Hundreds of operations and schemas, but the first of a group, and the rows of a table after its second.
    repeats: 'article ~ article, tr ~ tr ~ tr',
    open: async (stage, variant) => {
      const page = await stage.visit(variant, { path: '/docs' });
      // It has no choice of its own: it follows the system's.
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: variant.theme }]);
      await page.waitForSelector('main');
      return page;
    },
  },
];
