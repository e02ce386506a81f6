import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, hears, press, pressChord, readFocus, tabTo, waitForFocusOn, write } from './focus.ts';
import { councilSlug } from './stage/council.ts';
import { createAskAs } from './stage/rest-as.ts';
import { createStage, type Stage, type Variant } from './stage/stage.ts';
import { isJoined, sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage('en');
});
afterAll(() => stage?.close());

const variants: readonly Variant[] = [
  { language: 'en', theme: 'light', phone: false },
  { language: 'en', theme: 'dark', phone: true },
];

describe.each(variants)('by keyboard alone, phone=$phone, somebody new', (variant) => {
  it('signs up, writes, joins the call, mutes, leaves and signs out', async () => {
    const page = await stage.visit(variant);
    await waitForFocusOn(page, 'auth-email');
    await press(page, 'auth-mode');
    await waitForFocusOn(page, 'auth-email');
    await page.keyboard.type(`${variant.theme}@example.org`);
    await write(page, 'auth-name', 'Kim Keys');
    await write(page, 'auth-password', 'password123');
    await page.keyboard.press('Enter');
    await sees(page, 'chat-input');
    // A thumb writes where it wants to; a keyboard writes at once.
    if (!variant.phone) await waitForFocusOn(page, 'chat-input');

    await write(page, 'chat-input', 'Hello by keyboard');
    if (variant.phone) await press(page, 'chat-send');
    else await page.keyboard.press('Enter');
    await sees(page, 'chat-message', '[data-status="sent"]');
    await waitForFocusOn(page, 'chat-input');

    await press(page, 'voice-join');
    await sees(page, 'call-bar', '[data-status="connected"]');
    await waitForFocusOn(page, 'voice-mute');
    await page.keyboard.press('Enter');
    await sees(page, 'voice-mute', '[aria-pressed="true"]');
    await press(page, 'voice-leave');
    await waitForFocusOn(page, 'voice-join');

    if (variant.phone) {
      await press(page, 'lobby-open');
      await sees(page, 'settings-open');
    }
    await press(page, 'settings-open');
    await press(page, 'sign-out');
    await waitForFocusOn(page, 'auth-email');
    await page.browserContext().close();
  });
});

describe('by keyboard alone', () => {
  it('the first Tab offers to skip the rooms, and leads to the messages', async () => {
    const { token } = await stage.world.register('Sam Skip');
    const page = await stage.visit(variants[0]!, { token, path: '/r/design' });
    await sees(page, 'chat-message');
    await page.keyboard.press('Tab');
    await waitForFocusOn(page, 'skip-link');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'MAIN');
    await page.keyboard.press('Tab');
    await waitForFocusOn(page, 'search-open');
    expect(new URL(page.url()).hash).toBe('');
    await page.browserContext().close();
  });

  it('a dialog keeps the focus inside and gives it back to what opened it', async () => {
    const { token } = await stage.world.register('Dana Dialog');
    const page = await stage.visit(variants[0]!, { token, path: '/r/design' });
    await sees(page, 'chat-message');
    await press(page, 'room-create');
    await sees(page, 'new-room-title');
    for (let n = 0; n < 20; n += 1) {
      await page.keyboard.press('Tab');
      const outside = await page.evaluate(
        () => document.activeElement !== document.body && !document.activeElement?.closest('dialog'),
      );
      expect(outside).toBe(false);
    }
    await page.keyboard.press('Escape');
    await waitForFocusOn(page, 'room-create');
    await page.browserContext().close();
  });

  it('a toast takes no focus, can be dismissed, and the focus is not lost with it', async () => {
    const { token } = await stage.world.register('Tom Toast');
    const page = await stage.visit(variants[0]!, { token, path: '/r/design' });
    await sees(page, 'chat-message');
    await isJoined(page);
    await press(page, 'room-menu');
    await choose(page, 'room-link');
    await sees(page, 'toast');
    await waitForFocusOn(page, 'room-menu');
    await page.focus(`${testId('toast')} button`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(testId('toast'), { hidden: true });
    expect((await readFocus(page)).onBody).toBe(false);
    await page.browserContext().close();
  });
});

const pressMute = async (page: Page): Promise<void> => {
  await page.keyboard.down('Control');
  await pressChord(page, 'Shift', 'KeyM');
  await page.keyboard.up('Control');
};

describe('by keyboard alone, in a call', () => {
  const isMuted = (page: Page, muted: boolean) => sees(page, 'voice-mute', `[aria-pressed="${muted}"]`);

  it('a key mutes and unmutes while one writes and in a dialog, says so, and does nothing without a call', async () => {
    const { token } = await stage.world.register('Max Mute');
    const page = await stage.visit(variants[0]!, { token, path: '/r/design' });
    await sees(page, 'chat-message');
    await pressMute(page);
    await press(page, 'voice-join');
    await sees(page, 'call-bar', '[data-status="connected"]');
    await isMuted(page, false);
    await write(page, 'chat-input', 'half a sent');
    await pressMute(page);
    await hears(page, 'Microphone off.');
    await isMuted(page, true);
    await waitForFocusOn(page, 'chat-input');
    await pressMute(page);
    await hears(page, 'Microphone on.');
    await isMuted(page, false);
    expect(await page.$eval(testId('chat-input'), (field) => (field as HTMLTextAreaElement).value)).toBe(
      'half a sent',
    );
    await pressChord(page, 'Control', 'KeyK');
    await waitForFocusOn(page, 'switch-query');
    await pressMute(page);
    await hears(page, 'Microphone off.');
    await isMuted(page, true);
    await waitForFocusOn(page, 'switch-query');
    await page.browserContext().close();
  });
});

describe('the key that mutes, for somebody whom a moderator holds silent', () => {
  it('does not say that the microphone is on', async () => {
    const { token, user } = await stage.world.register('Mona Muted');
    const page = await stage.visit(variants[0]!, { token, path: '/r/design' });
    await sees(page, 'chat-message');
    await press(page, 'voice-join');
    await sees(page, 'call-bar', '[data-status="connected"]');
    const body = { text: false, voice: true, expires_at: null, reason: '' };
    const place = `/v1/rooms/design/mutes/${user.id}`;
    await createAskAs(stage.url)(stage.world.people[0]!.token, `PUT ${place}`, body);
    await sees(page, 'voice-participant', '[data-user-name="Mona Muted"][data-status="mutedByServer"]');
    const says = (words: string) =>
      page.waitForFunction(
        (selector, wanted) => document.querySelector(selector)?.textContent === wanted,
        {},
        testId('voice-said'),
        words,
      );
    await pressMute(page);
    await says('Microphone off.');
    await pressMute(page);
    await says('muted by a moderator');
    await page.browserContext().close();
  });
});

describe('by keyboard alone, among rooms', () => {
  it('Ctrl+K and a few letters lead to another room, and Escape leads nowhere', async () => {
    const { token } = await stage.world.register('Quinn Quick');
    const page = await stage.visit(variants[0]!, { token, path: '/r/design' });
    await sees(page, 'chat-message');
    const openSwitcher = async (): Promise<void> => {
      await pressChord(page, 'Control', 'KeyK');
      await waitForFocusOn(page, 'switch-query');
    };
    await openSwitcher();
    await page.keyboard.press('Escape');
    await page.waitForSelector(testId('switch-query'), { hidden: true });
    expect(new URL(page.url()).pathname).toBe('/r/design');
    await openSwitcher();
    await page.keyboard.type('weekl');
    await page.waitForFunction(
      (selector) => document.querySelectorAll(selector).length === 1,
      {},
      testId('place'),
    );
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${testId('room-weekly')}[aria-current]`);
    await page.browserContext().close();
  });

  it('a heading folds its rooms away, also after a reload', async () => {
    const { token } = await stage.world.register('Fay Fold');
    const page = await stage.visit(variants[0]!, { token, path: '/r/design' });
    await sees(page, 'room-weekly');
    await press(page, 'fold-category:Work');
    await page.waitForSelector(testId('room-weekly'), { hidden: true });
    await page.reload();
    await page.waitForSelector(`${testId('fold-category:Work')}[aria-expanded="false"]`);
    await press(page, 'fold-category:Work');
    await sees(page, 'room-weekly');
    await page.browserContext().close();
  });

  it('the menu of a person opens, is walked through, and gives the focus back; so does what it asks', async () => {
    const anna = stage.world.people[0]!;
    const page = await stage.visit(variants[0]!, { token: anna.token, path: `/r/${councilSlug}` });
    // Who is here shows first; the rows move when it is known who belongs here.
    await sees(page, 'member', `[data-user-name="${stage.world.people[4]!.user.name}"]`);
    await isJoined(page);
    const row = `${testId('member')}[data-user-name="${stage.world.people[2]!.user.name}"] button`;
    const isOnRow = () =>
      page.waitForFunction(
        (selector) => document.activeElement === document.querySelector(selector),
        {},
        row,
      );
    // A row is a button once it is known what one may do with people.
    await page.locator(row).wait();
    await page.focus(row);
    await page.keyboard.press('Enter');
    await waitForFocusOn(page, 'person-message');
    await page.keyboard.press('Escape');
    await isOnRow();
    await page.keyboard.press('ArrowDown');
    await waitForFocusOn(page, 'person-message');
    // Opened again before the page has heard that it was closed.
    await page.evaluate(() => {
      document.activeElement?.closest<HTMLElement>('[popover]')?.hidePopover();
      const key = new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true });
      document.activeElement?.dispatchEvent(key);
    });
    await choose(page, 'person-ban');
    await waitForFocusOn(page, 'duration');
    await page.keyboard.press('Escape');
    await isOnRow();
    await page.browserContext().close();
  });

  it('the sections of the settings are reached by arrows, and the dialog gives the focus back', async () => {
    const anna = stage.world.people[0]!;
    const page = await stage.visit(variants[0]!, { token: anna.token, path: `/r/${councilSlug}` });
    await sees(page, 'member');
    await isJoined(page);
    await press(page, 'room-menu');
    await choose(page, 'room-settings');
    await waitForFocusOn(page, 'section-about');
    await page.keyboard.press('ArrowDown');
    await waitForFocusOn(page, 'section-invitations');
    await page.keyboard.press('End');
    await waitForFocusOn(page, 'section-end');
    await tabTo(page, 'room-archive');
    await page.keyboard.press('Escape');
    await waitForFocusOn(page, 'room-menu');
    await page.browserContext().close();
  });
});
