import { AppError, createClient } from '@boltorezka/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { ATTACHMENT_MAX_BYTES: '1000000' } });
});
afterAll(() => server.close());

it('a file goes to the server and comes back, by the client alone', async () => {
  const client = createClient({ baseUrl: server.url });
  await client.auth.register({ email: 'anna@example.org', password: 'password123', name: 'Anna' });
  const file = new Blob(['x'.repeat(500_000)]);
  const attachment = await client.attachments.upload('general', file, { name: 'a.txt' });
  expect(attachment).toMatchObject({ name: 'a.txt', mediaType: 'text/plain', sizeBytes: 500_000 });
  expect(await (await client.attachments.load(attachment.id)).text()).toBe('x'.repeat(500_000));
  const failures = await Promise.all([
    client.attachments.load(attachment.id, { thumbnail: true }).catch((error: unknown) => error),
    client.attachments
      .upload('general', new Blob(['x'.repeat(1_000_001)]), { name: 'a' })
      .catch((error: unknown) => error),
  ]);
  expect(failures.every((error) => error instanceof AppError)).toBe(true);
  expect(failures).toMatchObject([{ code: 'NotFound' }, { code: 'PayloadTooLarge' }]);
  client.close();
});
