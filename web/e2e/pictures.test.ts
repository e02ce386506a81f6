import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '@boltorezka/sdk';
import type { ElementHandle, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takePicture } from '../../signaling/test/pictures.ts';
import { type Conversation, closePage, startConversation } from './conversation.ts';
import { testId } from './test-id.ts';

let conversation: Conversation;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boltorezka-faces-'));
  conversation = await startConversation();
});
afterAll(async () => {
  await conversation?.close();
  await rm(folder, { recursive: true, force: true });
});

const click = (page: Page, id: string) => page.locator(testId(id)).click();

const openSettings = async (page: Page): Promise<void> => {
  await click(page, 'settings-open');
  await page.locator(`${testId('settings-profile')} > summary`).click();
};

const choose = async (page: Page, name: string, content: Uint8Array | string): Promise<void> => {
  const path = join(folder, name);
  await writeFile(path, content);
  const input = (await page.waitForSelector(testId('account-picture-input'), {
    visible: false,
  })) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
};

const choosePicture = async (page: Page): Promise<void> =>
  choose(page, 'me.jpg', await takePicture({ format: 'jpeg' }));

/** The avatar in this place shows a picture that is there, or none. */
const shows = (page: Page, place: string, what: 'picture' | 'initials') =>
  page.waitForFunction(
    (selector, isPicture) =>
      [...document.querySelectorAll(selector)].some((avatar) => {
        const image = avatar.querySelector('img');
        return isPicture ? image?.complete && image.naturalWidth > 0 : !image && avatar.textContent !== '';
      }),
    {},
    `${place} ${testId('avatar')}`,
    what === 'picture',
  );

const say = async (page: Page, text: string): Promise<void> => {
  await page.locator(testId('chat-input')).fill(text);
  await page.focus(testId('chat-input'));
  await page.keyboard.press('Enter');
};

/** Where the first avatar of a message stands, and how large it is. */
const placeOfAvatar = (page: Page) =>
  page.$eval(`article ${testId('avatar')}`, (avatar) => {
    const { x, y, width, height } = avatar.getBoundingClientRect();
    return [x, y, width, height].map(Math.round);
  });

const closeSettings = (page: Page) => page.keyboard.press('Escape');

describe('my picture', () => {
  it('is chosen in the settings, and shown to me and to others at once, where initials stood', async () => {
    const slug = await conversation.writer.createRoom();
    const [mine, theirs] = [await conversation.openAsBoris(slug), await conversation.openAsBoris(slug)];
    await say(mine, 'look at me');
    await shows(theirs, 'article', 'initials');
    const before = await placeOfAvatar(theirs);
    await openSettings(mine);
    await choosePicture(mine);
    await shows(mine, 'dialog[open]', 'picture');
    await shows(theirs, 'article', 'picture');
    expect(await placeOfAvatar(theirs)).toEqual(before);
    await closeSettings(mine);
    await shows(mine, 'article', 'picture');
    await theirs.reload();
    await shows(theirs, 'article', 'picture');
    await openSettings(mine);
    await click(mine, 'account-picture-remove');
    await shows(mine, 'dialog[open]', 'initials');
    await theirs.waitForFunction(
      (selector) => document.querySelector(selector) === null,
      {},
      `main ${testId('avatar')}[data-has-picture="true"]`,
    );
    await Promise.all([mine, theirs].map(closePage));
  });

  it('is not made of what is none, and of nothing that is too large, which is said', async () => {
    const page = await conversation.openAsBoris(await conversation.writer.createRoom());
    await openSettings(page);
    const told = async (words: string) =>
      page.waitForFunction(
        (expected) => document.querySelector('dialog[open] [role="alert"]')?.textContent?.includes(expected),
        {},
        words,
      );
    await choose(page, 'page.png', '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
    await told('no picture that can be shown');
    await choose(page, 'large.png', new Uint8Array(limits.maxPictureBytes + 1));
    await told('larger than 10 MB');
    await shows(page, 'dialog[open]', 'initials');
    await closePage(page);
  });
});

describe('somebody’s picture', () => {
  it('is taken away in the administration', async () => {
    const slug = await conversation.writer.createRoom();
    const [mine, admin] = [await conversation.openAsBoris(slug), await conversation.openAsBoris(slug)];
    await openSettings(mine);
    await choosePicture(mine);
    await shows(mine, 'dialog[open]', 'picture');
    await conversation.server.database.db.query('UPDATE users SET is_administrator = true');
    await admin.goto(`${conversation.server.url}/admin`);
    await shows(admin, testId('person'), 'picture');
    await click(admin, 'person-remove-picture');
    await admin.waitForSelector(testId('person-remove-picture'), { hidden: true });
    await shows(mine, 'dialog[open]', 'initials');
    await Promise.all([mine, admin].map(closePage));
  });
});
