import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Conversation, closePage, copiesCode, holds, sees, startConversation } from './conversation.ts';
import { waitForFocusOn } from './focus.ts';
import { says } from './stage/steps.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
let writer: Conversation['writer'];
beforeAll(async () => {
  conversation = await startConversation();
  ({ writer } = conversation);
});
afterAll(() => conversation?.close());

describe('a name that was chosen from the list', () => {
  it('is sent by the next Enter, also where a longer name begins with it', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    const [jo, johanna] = [
      await conversation.server.connect('Jo'),
      await conversation.server.connect('Jo Long'),
    ];
    for (const socket of [jo, johanna]) await socket.request('room.join', { roomSlug: slug });
    await page.focus(testId('chat-input'));
    await page.keyboard.type('@Jo');
    await says(page, testId('completion'), 'Jo Long');
    await page.keyboard.press('Enter');
    await holds(page, '@Jo ');
    // The server is asked for names a moment after the last key: what it says must not open the list either.
    await page.waitForNetworkIdle({ idleTime: 300 });
    expect(await page.$(testId('completion'))).toBeNull();
    await page.keyboard.press('Enter');
    await sees(page, '@Jo ');
    await jo.close();
    await johanna.close();
    await closePage(page);
  });
});

describe('a list of names', () => {
  it('is gone when the message was sent beneath it', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    const jo = await conversation.server.connect('Jo');
    await jo.request('room.join', { roomSlug: slug });
    await page.focus(testId('chat-input'));
    await page.keyboard.type('for @Jo');
    await says(page, testId('completion'), 'Jo');
    await page.locator(testId('chat-send')).click();
    await sees(page, 'for @Jo');
    await page.waitForSelector(testId('completion'), { hidden: true });
    await jo.close();
    await closePage(page);
  });
});

describe('code', () => {
  it('of several lines says its language, and is copied by a button', async () => {
    const slug = await writer.startRoom('```ts\nconst a = 1;\n```');
    const page = await conversation.openAsBoris(slug);
    await says(page, testId('chat-code'), 'ts');
    await copiesCode(page, 'const a = 1;');
    await says(page, testId('toast'), 'Code copied');
    await closePage(page);
  });
});

describe('the place where one writes', () => {
  it('has the focus in a room that was gone to by a click, and by Ctrl+K', async () => {
    const [first, second] = [await writer.startRoom('one'), await writer.startRoom('two')];
    const page = await conversation.openAsBoris(first);
    await page.locator(testId(`room-${second}`)).click();
    await page.waitForSelector(`${testId(`room-${second}`)}[aria-current]`);
    await waitForFocusOn(page, 'chat-input');
    await page.keyboard.down('Control');
    await page.keyboard.press('KeyK');
    await page.keyboard.up('Control');
    await waitForFocusOn(page, 'switch-query');
    await page.keyboard.type(first);
    await page.waitForFunction((place) => document.querySelectorAll(place).length === 1, {}, testId('place'));
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${testId(`room-${first}`)}[aria-current]`);
    await waitForFocusOn(page, 'chat-input');
    await closePage(page);
  });

  it('takes what is typed where nothing else does; a message that has the focus keeps its keys', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
    await page.keyboard.type('hi');
    await holds(page, 'hi');
    await page.$eval(`${testId('chat-message')}`, (node) => node.closest<HTMLElement>('[data-row]')?.focus());
    await page.keyboard.press('r');
    await page.waitForSelector(`${testId('composing')}[data-kind="reply"]`);
    await holds(page, 'hi');
    await closePage(page);
  });

  it('is not taken from who writes in a field or chooses in a dialog', async () => {
    const slug = await writer.startRoom('hello');
    const page = await conversation.openAsBoris(slug);
    await page.locator(testId('room-create')).click();
    await waitForFocusOn(page, 'new-room-title');
    await page.keyboard.type('Plans');
    await page.$eval(testId('new-room-submit'), (button) => (button as HTMLElement).focus());
    await page.keyboard.type('x');
    await holds(page, '');
    await closePage(page);
  });
});
