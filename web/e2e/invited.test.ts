import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../../signaling/test/call.ts';
import { createRoom } from '../../signaling/test/rest.ts';
import { askToSignUp, signUp } from './account-pages.ts';
import { type Company, gatherCompany } from './company.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterAll(() => company?.close());

/** An invitation to a private room, for one. */
const invite = async (): Promise<{ slug: string; code: string }> => {
  const { url } = company.server;
  const { token } = await company.server.register('Anna');
  const { slug } = await createRoom(url, token, { is_public: false });
  const { body } = await call<{ code: string }>(url, `POST /v1/rooms/${slug}/invitations`, {
    ...{ token, body: { max_uses: 1 } },
  });
  return { slug, code: body.code };
};

/** The server does what it is asked for first, and its answer gets lost. */
const loseFirstAnswer = async (page: Page): Promise<void> => {
  let isLost = false;
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const isWanted = !isLost && request.url().endsWith('/v1/auth/register');
    if (!isWanted) return void request.continue().catch(() => {});
    isLost = true;
    const { headers, ...asked } = { headers: request.headers(), method: 'POST', body: request.postData() };
    void fetch(request.url(), { ...asked, headers } as RequestInit)
      .then(() => request.abort())
      .catch(() => {});
  });
};

it('somebody who signs up by the invitation to a room comes into that room', async () => {
  const { slug, code } = await invite();
  const page = await company.arrive(`/invite#${code}`);
  await signUp(page, 'Boris');
  await page.waitForSelector(`${testId(`room-${slug}`)}[aria-current]`);
  expect(new URL(page.url()).pathname).toBe(`/r/${slug}`);
});

it('somebody whose sign-up had no answer is in by pressing again, though it has used up their invitation', async () => {
  const { slug, code } = await invite();
  const page = await company.arrive(`/invite#${code}`);
  await loseFirstAnswer(page);
  await askToSignUp(page, 'Boris');
  await page.waitForSelector(testId('auth-error'));
  await page.locator(testId('auth-submit')).click();
  await page.waitForSelector(testId(`room-${slug}`));
  expect(new URL(page.url()).hash).toBe('');
});
