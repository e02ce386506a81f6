import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Conversation, closePage, startConversation } from './conversation.ts';
import { testId } from './test-id.ts';
import { uploadFile } from './upload.ts';

let conversation: Conversation;
let writer: Conversation['writer'];
beforeAll(async () => {
  conversation = await startConversation();
  ({ writer } = conversation);
});
afterAll(() => conversation?.close());

describe('the search', () => {
  it('takes a person by name, from the keyboard alone, and finds what has files without a word', async () => {
    const slug = await writer.startRoom('a build of mine');
    const page = await conversation.openAsBoris(slug);
    const anna = await conversation.server.connect('Anna Arkadievna');
    await anna.request('room.join', { roomSlug: slug, keepOthers: true });
    await anna.request('chat.send', { roomSlug: slug, text: 'a build of hers' });
    const { url } = conversation.server;
    const id = await uploadFile({ url, token: anna.token, roomSlug: slug, name: 'plan.txt', content: 'x' });
    await anna.request('chat.send', { roomSlug: slug, text: '', attachmentIds: [id] });
    const sees = (texts: string[]) =>
      page.waitForFunction(
        (selector, wanted) =>
          JSON.stringify([...document.querySelectorAll(selector)].map((entry) => entry.textContent)) ===
          JSON.stringify(wanted),
        {},
        `${testId('search-result')} [dir]`,
        texts,
      );
    await page.locator(testId('search-open')).click();
    await page.locator(testId('search-input')).fill('build');
    await sees(['a build of hers', 'a build of mine']);
    await page.focus(testId('search-from'));
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${testId('people-query')}:focus`);
    await page.keyboard.press('Escape');
    await page.waitForSelector(`${testId('search-from')}:focus`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${testId('people-query')}:focus`);
    await page.keyboard.type('Arkad');
    await page.waitForFunction(
      (selector) => document.querySelectorAll(selector).length === 1,
      {},
      testId('person-found'),
    );
    await page.keyboard.press('Enter');
    await sees(['a build of hers']);
    await page.click(testId('search-input'), { count: 3 });
    await page.keyboard.press('Backspace');
    await page.locator(`${testId('search-further')} summary`).click();
    await page.waitForSelector(testId('search-has'));
    await page.select(testId('search-has'), 'file');
    await sees(['plan.txt']);
    await anna.close();
    await closePage(page);
  });

  it('finds a word in another form, and leads to the message', async () => {
    const slug = await writer.startRoom('The builds are red.', 'something else');
    const page = await conversation.openAsBoris(slug);
    await page.locator(testId('search-open')).click();
    await page.locator(testId('search-input')).fill('build');
    await page.waitForSelector(`${testId('search-result')} mark`);
    await page.locator(testId('search-result')).click();
    await page.waitForFunction(() =>
      (document.activeElement as HTMLElement | null)?.textContent?.includes('The builds are red.'),
    );
    await closePage(page);
  });
});
