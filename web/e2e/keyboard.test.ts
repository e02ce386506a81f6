import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFocus, tabTo, waitForFocusOn } from './focus.ts';
import { createStage, type Stage, type Variant } from './stage/stage.ts';
import { sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage('en');
});
afterAll(() => stage?.close());

const press = async (page: Page, id: string): Promise<void> => {
  await tabTo(page, id);
  await page.keyboard.press('Enter');
};

const write = async (page: Page, id: string, text: string): Promise<void> => {
  await tabTo(page, id);
  await page.keyboard.type(text);
};

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
    await waitForFocusOn(page, 'room-link');
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
    await press(page, 'room-link');
    await sees(page, 'toast');
    await waitForFocusOn(page, 'room-link');
    await page.focus(`${testId('toast')} button`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(testId('toast'), { hidden: true });
    expect((await readFocus(page)).onBody).toBe(false);
    await page.browserContext().close();
  });
});
