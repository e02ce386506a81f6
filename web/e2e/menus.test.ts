import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Conversation, closePage, list, sees, startConversation } from './conversation.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
let writer: Conversation['writer'];
beforeAll(async () => {
  conversation = await startConversation();
  ({ writer } = conversation);
});
afterAll(() => conversation?.close());

const middleOf = async (page: Page, selector: string): Promise<{ x: number; y: number }> => {
  const handle = await page.waitForSelector(selector);
  const box = await handle?.boundingBox();
  if (!box) throw new Error(`${selector} is not in view`);
  return { x: box.x + Math.min(20, box.width / 2), y: box.y + box.height / 2 };
};

const pressRight = async (page: Page, selector: string): Promise<void> => {
  const { x, y } = await middleOf(page, selector);
  await page.mouse.click(x, y, { button: 'right' });
};

const isOpen = (page: Page, id: string) => page.waitForSelector(testId(id), { visible: true });

/** Whether the browser would show its own menu. */
const browserMenuOn = (page: Page, selector: string): Promise<boolean> =>
  page.$eval(selector, (element) =>
    element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true })),
  );

describe('the right button', () => {
  it('opens the menu of a message where it was pressed', async () => {
    const page = await conversation.openAsBoris(await writer.startRoom('hello'));
    await sees(page, 'hello');
    await pressRight(page, testId('chat-message'));
    await isOpen(page, 'message-menu');
    const { x, y } = await middleOf(page, testId('chat-message'));
    const { left, top, bottom } = await page.$eval(testId('message-menu'), (menu) => {
      const box = menu.getBoundingClientRect();
      return { left: box.left, top: box.top, bottom: box.bottom };
    });
    expect(Math.abs(left - x)).toBeLessThan(10);
    expect(Math.min(Math.abs(top - y), Math.abs(bottom - y))).toBeLessThan(10);
    await page.locator(testId('action-reply')).click();
    await isOpen(page, 'composing');
    await closePage(page);
  });

  it('leaves links, and words that are selected, to the browser', async () => {
    const page = await conversation.openAsBoris(await writer.startRoom('see https://example.org there'));
    const link = `${testId('chat-message')} a`;
    await page.waitForSelector(link);
    expect(await browserMenuOn(page, link)).toBe(true);
    await page.$eval(testId('chat-message'), (message) => getSelection()?.selectAllChildren(message));
    expect(await browserMenuOn(page, `${testId('chat-message')} p`)).toBe(true);
    await page.evaluate(() => getSelection()?.removeAllRanges());
    expect(await browserMenuOn(page, `${testId('chat-message')} p`)).toBe(false);
    await closePage(page);
  });

  it('opens the menus of a room and of a person', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    await pressRight(page, testId(`room-${slug}`));
    await isOpen(page, 'room-link-menu');
    await page.locator(testId('room-notify-nothing')).click();
    await page.waitForSelector(`${testId(`room-${slug}`)} ::-p-text(notifications off)`);
    await pressRight(page, `${testId('member')}[data-user-name="Anna"] button`);
    await isOpen(page, 'person-message');
    await closePage(page);
  });
});

describe('a finger that rests on a message', () => {
  it('opens its menu, which stays when the finger is lifted, and selects no text', async () => {
    const page = await conversation.openAsBoris(await writer.startRoom('hello'));
    await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true });
    await sees(page, 'hello');
    const { x, y } = await middleOf(page, testId('chat-message'));
    await page.touchscreen.touchStart(x, y);
    await isOpen(page, 'message-menu');
    await page.touchscreen.touchEnd();
    // What closes it would be heard by now: the browser tells of it in a task of its own.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    expect(await page.$eval(testId('message-menu'), (menu) => menu.matches(':popover-open'))).toBe(true);
    expect(await page.$eval('[data-row]', (row) => getComputedStyle(row).userSelect)).toBe('none');
    await page.touchscreen.tap(x, 40);
    await page.waitForSelector(testId('message-menu'), { hidden: true });
    await closePage(page);
  });
});

describe('what can be done with a message that is pointed at', () => {
  it('is whole also over the first row in view', async () => {
    const slug = await writer.createRoom();
    await writer.writeMany(slug, 30);
    const page = await conversation.openAsBoris(slug);
    const { top, middle } = await page.$eval(list, (element) => {
      const { left, right, top: edge } = element.getBoundingClientRect();
      return { top: edge, middle: (left + right) / 2 };
    });
    // Rows move under a mouse that rests, until the newest has come.
    for (let moves = 0; !(await page.$('[role="toolbar"]')); moves += 1) {
      await page.mouse.move(middle + (moves % 2), top + 3);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    const toolbar = await page.$eval('[role="toolbar"]', (bar) => bar.getBoundingClientRect().top);
    expect(toolbar).toBeGreaterThanOrEqual(top);
    await closePage(page);
  });
});

describe('a click beside a dialog', () => {
  it('closes it where nothing was written, and else keeps what was', async () => {
    const page = await conversation.openAsBoris(await writer.startRoom('hello'));
    const open = async (): Promise<void> => {
      await page.locator(testId('room-create')).click();
      await isOpen(page, 'new-room-title');
    };
    await open();
    await page.mouse.click(5, 5);
    await page.waitForSelector(testId('new-room-title'), { hidden: true });
    await open();
    await page.locator(testId('new-room-title')).fill('Plans');
    await page.mouse.click(5, 5);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    expect(await page.$eval(testId('new-room-title'), (input) => (input as HTMLInputElement).value)).toBe(
      'Plans',
    );
    await page.keyboard.press('Escape');
    await page.locator(testId('unsaved-discard')).click();
    await page.waitForSelector(testId('new-room-title'), { hidden: true });
    await closePage(page);
  });
});
