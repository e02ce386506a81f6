import type { Page } from 'puppeteer-core';
import type { Scene } from './scenes.ts';
import type { Stage, Variant } from './stage.ts';
import { click, enter, fill, sees, withLosableMedia, withMicrophone } from './steps.ts';

interface Company {
  pages: Page[];
}

/** Three of the people in the call of `design`, each in a page of their own: one speaks, one is muted, one hears nothing. */
const startCall = async (stage: Stage): Promise<Company> => {
  const desktop: Variant = { language: stage.language, theme: 'light', phone: false };
  const pages: Page[] = [];
  for (const [index, control] of [null, 'voice-mute', 'voice-deafen'].entries()) {
    const token = stage.world.people[index]!.token;
    const page = await stage.visit(desktop, { token, path: '/r/design' });
    pages.push(page);
    await click(page, 'voice-join');
    await sees(page, 'call-bar', '[data-status="connected"]');
    if (control) await click(page, control);
  }
  await sees(pages[0]!, 'voice-participant', '[data-speaking="true"]');
  return { pages };
};

const signOut = (url: string, token: string): Promise<Response> =>
  fetch(`${url}/v1/auth/logout`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

const endCall = async ({ pages }: Company): Promise<void> => {
  for (const page of pages) await page.browserContext().close();
};

/** Somebody new in the room with the call; what they see is kept, the company goes with the page. */
const withCompany = async (
  stage: Stage,
  variant: Variant,
  act: (page: Page, company: Company) => Promise<void>,
): Promise<Page> => {
  const company = await startCall(stage);
  const page = await enter(stage, variant, { prepare: withLosableMedia });
  page.once('close', () => void endCall(company).catch(() => {}));
  await sees(page, 'voice-participant', '[data-status="speaking"]');
  await act(page, company);
  return page;
};

const refusing = (name: string, error: 'NotAllowedError' | 'NotFoundError' | 'NotReadableError'): Scene => ({
  name,
  open: async (stage, variant) => {
    const page = await enter(stage, variant, { prepare: withMicrophone(error) });
    await click(page, 'voice-join');
    await sees(page, 'voice-notice');
    return page;
  },
});

/** Voice. */
export const callScenes: readonly Scene[] = [
  {
    name: 'call-seen-from-outside',
    open: (stage, variant) => withCompany(stage, variant, async () => {}),
  },
  {
    name: 'in-a-call',
    open: (stage, variant) =>
      withCompany(stage, variant, async (page) => {
        await click(page, 'voice-join');
        await sees(page, 'call-bar', '[data-status="connected"]');
        await sees(page, 'voice-participant', `[data-user-name="${stage.world.newcomerName}"]`);
      }),
  },
  {
    name: 'in-a-call-with-somebody-blocked',
    open: (stage, variant) =>
      withCompany(stage, variant, async (page) => {
        await page.evaluate(
          (id) =>
            fetch(`/v1/blocks/${id}`, {
              method: 'PUT',
              headers: { authorization: `Bearer ${localStorage.getItem('boltorezka.token')}` },
            }),
          stage.world.people[0]!.user.id,
        );
        await sees(page, 'voice-participant', '[data-status="blocked"]');
      }),
  },
  {
    name: 'call-goes-on-without-the-server',
    open: async (stage, variant) => {
      const { token } = await stage.world.register(stage.world.newcomerName);
      const page = await stage.visit(variant, { token, path: '/r/design', gated: true });
      page.once('close', () => {
        stage.gate.open();
        // The page could not say goodbye: its seat would wait in the pictures that come.
        void signOut(stage.gate.url, token).catch(() => {});
      });
      await click(page, 'voice-join');
      await sees(page, 'call-bar', '[data-status="connected"]');
      stage.gate.shut();
      await sees(page, 'connection-state', '[data-trouble="inCall"]');
      return page;
    },
  },
  {
    name: 'call-that-has-lost-its-network',
    open: (stage, variant) =>
      withCompany(stage, variant, async (page) => {
        await click(page, 'voice-join');
        await sees(page, 'call-bar', '[data-status="connected"]');
        await page.evaluate(() => dispatchEvent(new Event('lose-media')));
        await sees(page, 'call-bar', '[data-status="reconnecting"]');
      }),
  },
  {
    name: 'muted-in-another-room',
    open: (stage, variant) =>
      withCompany(stage, variant, async (page) => {
        await click(page, 'voice-join');
        await sees(page, 'call-bar', '[data-status="connected"]');
        await click(page, 'voice-mute');
        if (variant.phone) await click(page, 'lobby-open');
        await click(page, 'room-kitchen');
        await sees(page, 'chat-empty');
        await fill(page, 'chat-input', '…');
      }),
  },
  {
    name: 'call-moved-elsewhere',
    open: async (stage, variant) => {
      const { token } = await stage.world.register(stage.world.newcomerName);
      const first = await stage.visit(variant, { token, path: '/r/design' });
      await click(first, 'voice-join');
      await sees(first, 'call-bar', '[data-status="connected"]');
      const second = await stage.visit({ ...variant, phone: false }, { token, path: '/r/design' });
      await click(second, 'voice-join');
      await sees(first, 'voice-notice');
      await second.browserContext().close();
      return first;
    },
  },
  {
    name: 'microphone-asked-for',
    open: async (stage, variant) => {
      const page = await enter(stage, variant, { prepare: withMicrophone('asks') });
      await click(page, 'voice-join');
      await sees(page, 'voice-waiting');
      return page;
    },
  },
  refusing('microphone-refused', 'NotAllowedError'),
  refusing('microphone-missing', 'NotFoundError'),
  refusing('microphone-busy', 'NotReadableError'),
];
