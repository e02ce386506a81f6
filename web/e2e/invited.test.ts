import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../../signaling/test/call.ts';
import { createRoom } from '../../signaling/test/rest.ts';
import { signUp } from './account-pages.ts';
import { type Company, gatherCompany } from './company.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterAll(() => company?.close());

it('somebody who signs up by the invitation to a room comes into that room', async () => {
  const { url } = company.server;
  const { token } = await company.server.register('Anna');
  const { slug } = await createRoom(url, token, { is_public: false });
  const { body } = await call<{ code: string }>(url, `POST /v1/rooms/${slug}/invitations`, {
    ...{ token, body: {} },
  });
  const page = await company.arrive(`/invite#${body.code}`);
  await signUp(page, 'Boris');
  await page.waitForSelector(`${testId(`room-${slug}`)}[aria-current]`);
  expect(new URL(page.url()).pathname).toBe(`/r/${slug}`);
});
