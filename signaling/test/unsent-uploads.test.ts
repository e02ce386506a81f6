import { randomBytes } from 'node:crypto';
import { limits, type RestAttachment } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discard, download, sendUpload, tryUpload, upload } from './files.ts';
import { startTestServer, type TestServer } from './start-server.ts';

const maxBytes = 1024 * 1024;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    env: { ATTACHMENT_MAX_BYTES: String(maxBytes), ATTACHMENT_QUOTA_BYTES: String(3 * maxBytes) },
  });
});
afterAll(() => server.close());

describe('a file that was uploaded and not sent', () => {
  it('is taken back by its sender alone, while it was not sent, and takes up no space after that', async () => {
    const [{ token }, other] = [await server.register(), await server.register()];
    const uploads = [0, 1, 2].map(() => upload(server.url, { token, body: randomBytes(maxBytes) }));
    const [{ id }, sent] = (await Promise.all(uploads)) as [RestAttachment, RestAttachment];
    await sendUpload(server.database.db, sent.id);
    expect((await discard(server.url, { id, token: other.token })).status).toBe(404);
    expect((await discard(server.url, { id: sent.id, token })).status).toBe(404);
    expect((await download(server.url, { id: sent.id, token })).status).toBe(200);
    expect((await discard(server.url, { id, token })).status).toBe(200);
    expect((await download(server.url, { id, token })).status).toBe(404);
    await upload(server.url, { token, body: randomBytes(maxBytes) });
  });

  it('is refused where there are too many of the kind, until one is taken back', async () => {
    const { token, user } = await server.register();
    const one = await upload(server.url, { token, body: 'x' });
    await server.database.db.query(
      `INSERT INTO attachments (id, room_id, user_id, name, media_type, size_bytes)
       SELECT gen_random_uuid(), a.room_id, $1, 'n', 'text/plain', 0
       FROM attachments a, generate_series(2, $2) WHERE a.id = $3`,
      [user.id, limits.maxUnsentAttachments, one.id],
    );
    const refused = await tryUpload(server.url, { token, body: 'y' });
    expect([refused.status, await refused.json()]).toEqual([
      507,
      { error: 'QuotaExceeded', message: expect.stringContaining('not sent') },
    ]);
    expect((await discard(server.url, { id: one.id, token })).status).toBe(200);
    await upload(server.url, { token, body: 'y' });
  });
});
