import { randomUUID } from 'node:crypto';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { unfold } from './account-pages.ts';
import { type Company, gatherCompany, type Visitor } from './company.ts';
import { readFocus } from './focus.ts';
import { click, sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterEach(() => company.part());
afterAll(() => company?.close());

interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
}

/** Answers in the server's place what it is told to, by whatever it is told; undefined leaves it to the server. */
const answering = async (page: Page, answer: (asked: Asked) => object | undefined): Promise<void> => {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const { pathname: path, searchParams: query } = new URL(request.url());
    const body = answer({ method: request.method(), path, query });
    const reply = body
      ? request.respond({
          status: 'error' in body ? 503 : 200,
          contentType: 'application/json',
          body: JSON.stringify(body),
        })
      : request.continue();
    reply.catch(() => {});
  });
};

const away = { error: 'Unavailable', message: 'Away' };

/** Everything of these is away, until it is told to be there. */
const takingAway = async (page: Page, paths: readonly string[]): Promise<() => void> => {
  let isAway = true;
  await answering(page, ({ method, path }) =>
    isAway && method === 'GET' && paths.includes(path) ? away : undefined,
  );
  return () => {
    isAway = false;
  };
};

/** By keyboard: the button goes with what it was about, and whoever has pressed it goes on from where that is. */
const triesAgain = async (page: Page, id: string): Promise<void> => {
  await page.focus(`${testId(id)} button`);
  await page.keyboard.press('Enter');
  await page.waitForSelector(testId(id), { hidden: true });
  expect((await readFocus(page)).onBody).toBe(false);
};

/** What the failure says, from the press of its button until it says something for the second time. */
const saysOnceMore = async (page: Page, id: string): Promise<string[]> =>
  page.$eval(
    testId(id),
    (notice) =>
      new Promise<string[]>((resolve) => {
        const words: string[] = [];
        new MutationObserver(() => {
          const text = notice.textContent ?? '';
          if (words.at(-1) !== text) words.push(text);
          if (words.length === 2) resolve(words);
        }).observe(notice, { subtree: true, childList: true, characterData: true });
        notice.querySelector('button')?.click();
      }),
  );

const visitAsAdministrator = async (): Promise<Visitor> => {
  const visitor = await company.visit('Root');
  await sees(visitor.page, 'chat-input');
  await company.server.database.db.query('UPDATE users SET is_administrator = true WHERE id = $1', [
    visitor.id,
  ]);
  return visitor;
};

it('the administration says what it could not read, and reads it when it is asked to', async () => {
  const { page, token } = await visitAsAdministrator();
  await company.ask(token, 'POST /v1/admin/invitations', { expires_in_s: null, max_uses: 1 });
  const comeBack = await takingAway(page, ['/v1/admin/settings', '/v1/admin/invitations', '/v1/admin/users']);
  await page.goto(`${company.server.url}/admin`);
  const failed = ['registration-failed', 'invitations-failed', 'admin-people-failed'];
  for (const id of failed) await sees(page, id);
  comeBack();
  for (const id of failed) await triesAgain(page, id);
  await sees(page, 'invitation');
  await page.waitForSelector(`${testId('registration-open')}:checked`);
  await sees(page, 'person');
});

it('the settings say that they could not read where I am signed in, and read it when they are asked to', async () => {
  const { page } = await company.visit('Anna');
  await sees(page, 'chat-input');
  const comeBack = await takingAway(page, ['/v1/auth/sessions']);
  await unfold(page, 'settings-devices');
  await sees(page, 'devices-failed');
  expect(await saysOnceMore(page, 'devices-failed')).toEqual([
    expect.stringContaining('One moment'),
    expect.not.stringContaining('One moment'),
  ]);
  comeBack();
  await triesAgain(page, 'devices-failed');
  await sees(page, 'device');
});

it('the inbox says that older entries could not be read, beside those that are there', async () => {
  const { page, id, token } = await company.visit('Anna');
  await sees(page, 'chat-input');
  const boris = await company.server.connect('Boris');
  await boris.request('room.join', { roomSlug: 'general' });
  await boris.request('chat.send', { roomSlug: 'general', text: 'Anna?', mentions: [id] });
  const newest = (await company.ask(token, 'GET /v1/inbox')) as object;
  let isAway = true;
  await answering(page, ({ path, query }) => {
    if (path !== '/v1/inbox') return undefined;
    if (!query.has('cursor')) return { ...newest, next_cursor: 'older' };
    return isAway ? away : { ...newest, entries: [], next_cursor: null };
  });
  await page.reload();
  await click(page, 'inbox-open');
  await sees(page, 'inbox-older');
  await click(page, 'inbox-older');
  await sees(page, 'inbox-failed');
  expect(await page.$$(testId('inbox-entry'))).toHaveLength(1);
  isAway = false;
  await triesAgain(page, 'inbox-failed');
  // What was asked for again is what had failed, and not the newest.
  expect(await page.$(testId('inbox-older'))).toBeNull();
});

it('people whose next page could not be read stay, and the next page comes when it is asked for again', async () => {
  const { page, token } = await visitAsAdministrator();
  const first = (await company.ask(token, 'GET /v1/admin/users')) as { users: { id: string }[] };
  const next = { users: first.users.slice(0, 1).map((user) => ({ ...user, id: randomUUID() })) };
  let isAway = true;
  await answering(page, ({ path, query }) => {
    if (path !== '/v1/admin/users') return undefined;
    if (!query.has('cursor')) return { ...first, next_cursor: 'next' };
    return isAway ? away : { ...next, next_cursor: null };
  });
  await page.goto(`${company.server.url}/admin`);
  await click(page, 'admin-more');
  await sees(page, 'admin-people-failed');
  isAway = false;
  await triesAgain(page, 'admin-people-failed');
  expect(await page.$$(testId('person'))).toHaveLength(first.users.length + 1);
});

it('a device that was signed out stands in the list no more, though that cannot be read anew', async () => {
  const { page, token } = await company.visit('Anna');
  await sees(page, 'chat-input');
  const known = (await company.ask(token, 'GET /v1/auth/sessions')) as { sessions: { id: string }[] };
  const another = { ...known.sessions[0], id: randomUUID(), is_current: false };
  let isAway = false;
  await answering(page, ({ method, path }) => {
    if (path === '/v1/auth/sessions' && method === 'GET')
      return isAway ? away : { sessions: [...known.sessions, another] };
    if (!path.startsWith('/v1/auth/sessions/')) return undefined;
    isAway = true;
    return { ok: true };
  });
  await unfold(page, 'settings-devices');
  await click(page, 'device-end');
  await sees(page, 'devices-failed');
  expect(await page.$$(testId('device'))).toHaveLength(1);
});
