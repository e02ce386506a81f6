import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSocket } from '../../signaling/test/test-socket.ts';
import { type Company, gatherCompany } from './company.ts';
import { click, fill, sees } from './stage/steps.ts';
import { testId } from './test-id.ts';

let company: Company;
beforeAll(async () => {
  company = await gatherCompany();
});
afterAll(() => company?.close());

it('a message that somebody complains of in a room of two reaches the administration, and nothing else of the room', async () => {
  const { server } = company;
  const root = await company.visit('Root');
  await server.database.db.query('UPDATE users SET is_administrator = true WHERE id = $1', [root.id]);
  await root.page.reload();
  await sees(root.page, 'chat-input');

  const boris = await openSocket(server.url, await server.register('Boris'));
  const anna = await company.visit('Anna');
  const { room } = (await company.ask(anna.token, 'POST /v1/direct', {
    user_id: boris.user.id,
  })) as { room: { slug: string } };
  await boris.request('room.join', { roomSlug: room.slug });
  await boris.request('chat.send', { text: 'Hello there' });
  const { id } = await boris.request('chat.send', { text: 'I will find you' });

  await anna.page.goto(`${server.url}/r/${room.slug}`);
  const row = `[data-message-id="${id}"]`;
  await anna.page.locator(row).click({ button: 'right' });
  await click(anna.page, 'action-report');
  await sees(anna.page, 'report-reason');
  expect(await anna.page.$eval('dialog[open]', (dialog) => dialog.textContent)).toContain('administrators');
  await fill(anna.page, 'report-reason', 'Threats');
  await click(anna.page, 'confirm-submit');
  await anna.page.waitForSelector(testId('report-reason'), { hidden: true });

  await boris.request('chat.edit', { messageId: id, text: 'Have a nice day' });
  await click(root.page, 'server-waiting');
  await sees(root.page, 'server-report');
  const told = await root.page.$eval(testId('server-report'), (item) => item.textContent);
  expect(told).toContain('As it was reported:I will find you');
  expect(told).toContain('As it is now:Have a nice day');
  expect(told).toContain('Anna says: Threats');
  expect(told).not.toContain('Hello there');
  await click(root.page, 'server-report-resolve');
  await root.page.waitForSelector(testId('server-report'), { hidden: true });
  await root.page.waitForSelector(testId('server-waiting'), { hidden: true });
  await boris.close();
});
