import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Conversation, closePage, lineOf, startConversation } from './conversation.ts';
import { hears } from './focus.ts';
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

  it.each([{ phone: false }, { phone: true }])(
    'leads to a day by keyboard, phone=$phone',
    async ({ phone }) => {
      const slug = await writer.createRoom();
      await writer.writeMany(slug, 120);
      const { db } = conversation.server.database;
      // One a day from the first of January on, but for what would have been of the last days of it.
      await db.query(
        `UPDATE messages m SET created_at = timestamptz '2026-01-01 12:00Z' + make_interval(days => n.place)
         + CASE WHEN n.place > 20 THEN interval '30 days' ELSE interval '0' END
       FROM (SELECT m.id, (row_number() OVER (ORDER BY seq))::int - 1 AS place FROM messages m
         JOIN rooms r ON r.id = m.room_id WHERE r.slug = $1) n WHERE n.id = m.id`,
        [slug],
      );
      const page = await conversation.openAsBoris(slug);
      if (phone) await page.setViewport({ width: 390, height: 800 });
      const goTo = async (day: string): Promise<void> => {
        if (phone) {
          await page.locator(testId('room-menu')).click();
          await page.locator(testId('search-open')).click();
        } else if (!(await page.$(testId('day-input')))) await page.locator(testId('search-open')).click();
        await page.waitForSelector(testId('day-input'));
        await page.focus(testId('day-input'));
        // What is typed into the parts of a date is in the order of the browser's language.
        await page.$eval(
          testId('day-input'),
          (input, value) => {
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value);
            input.dispatchEvent(new Event('input', { bubbles: true }));
          },
          day,
        );
        await page.keyboard.press('Enter');
      };
      const isAt = (n: number) =>
        page.waitForFunction(
          (text) =>
            document.activeElement?.querySelector('[data-testid="chat-message"]')?.textContent === text,
          {},
          lineOf(n),
        );
      await goTo('2026-01-11');
      await isAt(10);
      await goTo('2026-01-25');
      await Promise.all([isAt(21), hears(page, 'Nothing was written on that day.')]);
      await closePage(page);
    },
  );

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
