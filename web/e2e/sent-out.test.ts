import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Company, gatherCompany, type Visitor } from './company.ts';
import { holdRequests } from './held-requests.ts';
import { isJoined, says, sees, settle } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterEach(() => company.part());
afterAll(() => company?.close());

interface Lounge {
  /** What its owner asks for, below the room's path. */
  rule(what: string, body?: object): Promise<unknown>;
  boris: Visitor;
  slug: string;
}

/** A public room that Boris is about to look into. */
const openLounge = async (): Promise<Lounge> => {
  const slug = `lounge-${randomUUID().slice(0, 8)}`;
  const anna = await company.server.register('Anna');
  await company.ask(anna.token, 'POST /v1/rooms', { slug, title: 'The lounge' });
  const rule = (what: string, body?: object) => {
    const [method, path] = what.split(' ');
    return company.ask(anna.token, `${method} /v1/rooms/${slug}${path}`, body);
  };
  return { rule, boris: await company.visit('Boris'), slug };
};

const look = ({ boris: { page }, slug }: Lounge) => page.goto(`${company.server.url}/r/${slug}`);

describe('whoever is sent out of a room', () => {
  it('stays out when the list of rooms, with that room, comes only then', async () => {
    const lounge = await openLounge();
    const { page, id } = lounge.boris;
    const letGo = await holdRequests(page, /^\/v1\/rooms$/);
    await look(lounge);
    await isJoined(page);
    await lounge.rule(`DELETE /members/${id}`);
    await page.waitForSelector(`${testId('room-gone')}[data-reason="kicked"]`);
    letGo();
    await sees(page, `room-${lounge.slug}`);
    await settle(page);
    expect(await page.$(testId('room-gone'))).not.toBeNull();
    await says(page, testId('room-heading'), 'The lounge');
  });

  it('sees what it is called, though it is in their list no more', async () => {
    const lounge = await openLounge();
    const { page, id } = lounge.boris;
    await look(lounge);
    await isJoined(page);
    await sees(page, `room-${lounge.slug}`);
    await lounge.rule(`PUT /bans/${id}`, { reason: '', expires_at: null });
    await page.waitForSelector(`${testId('room-gone')}[data-reason="banned"]`);
    await page.waitForSelector(testId(`room-${lounge.slug}`), { hidden: true });
    await says(page, testId('room-heading'), 'The lounge');
    expect(await page.title()).toContain('The lounge');
  });
});
