import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { limits } from '@boltorezka/protocol';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { download, tryUpload, upload } from './files.ts';
import { secretPlace, takePicture } from './pictures.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';

const maxBytes = 1024 * 1024;
const quotaBytes = 3 * 1024 * 1024;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    env: { ATTACHMENT_MAX_BYTES: String(maxBytes), ATTACHMENT_QUOTA_BYTES: String(quotaBytes) },
  });
});
afterAll(() => server.close());

const filesIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(join(server.config.dataDir, 'attachments', folder), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

/** Nothing of an upload that failed stays, whatever it was. */
afterEach(async () => {
  await expect.poll(() => filesIn('incoming')).toEqual([]);
  const rows = await server.database.db.query<{ id: string }>(
    'SELECT id FROM attachments UNION SELECT id FROM attachment_files_to_delete',
  );
  const known = new Set(rows.map(({ id }) => id));
  const stored = (await filesIn('')).map((name) => name.replace('.thumbnail', ''));
  expect(stored.filter((id) => !known.has(id))).toEqual([]);
});

describe('an upload', () => {
  it('of any bytes comes back as they were', async () => {
    const { token } = await server.register();
    const body = randomBytes(700_000);
    const attachment = await upload(server.url, { token, name: 'отчёт.bin', body });
    expect(attachment).toEqual({
      id: expect.any(String),
      name: 'отчёт.bin',
      media_type: 'application/octet-stream',
      size_bytes: body.length,
      has_thumbnail: false,
    });
    const response = await download(server.url, { id: attachment.id, token });
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
    expect(response.headers.get('content-length')).toBe(String(body.length));
  });

  it('is called what is left of its name', async () => {
    const { token } = await server.register();
    const attachment = await upload(server.url, { token, name: '../../a\u202Egnp.exe', body: 'x' });
    expect(attachment.name).toBe('agnp.exe');
  });

  it.each(['application/json', 'text/html', 'image/png', 'multipart/form-data; boundary=x'])(
    'that is said to be %s is what it is',
    async (contentType) => {
      const { token } = await server.register();
      const response = await fetch(`${server.url}/v1/rooms/general/attachments?name=a`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
        body: '{ not json',
      });
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({ attachment: { media_type: 'text/plain' } });
    },
  );

  it('larger than a file may be is refused, whether its length is told or not', async () => {
    const { token } = await server.register();
    const told = await tryUpload(server.url, { token, body: randomBytes(maxBytes + 1) });
    const pieces = new ReadableStream({
      pull: (controller) => controller.enqueue(randomBytes(64 * 1024)),
    });
    const untold = await tryUpload(server.url, { token, body: pieces });
    for (const response of [told, untold]) {
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual({
        error: 'PayloadTooLarge',
        message: 'A file may have 1 MiB at most.',
      });
    }
    await upload(server.url, { token, body: randomBytes(maxBytes) });
  });

  it('of nothing, or without a name, is refused', async () => {
    const { token } = await server.register();
    expect((await tryUpload(server.url, { token, body: '' })).status).toBe(400);
    expect((await tryUpload(server.url, { token, name: '', body: 'x' })).status).toBe(400);
    expect((await tryUpload(server.url, { token, name: 'x'.repeat(1_001), body: 'x' })).status).toBe(400);
  });

  it('beyond what its sender may keep is refused, also where several come at once', async () => {
    const { token, user } = await server.register();
    const attempts = await Promise.all(
      [0, 1, 2].map(() => tryUpload(server.url, { token, body: randomBytes(maxBytes) })),
    );
    expect(attempts.map(({ status }) => status)).toEqual([201, 201, 201]);
    const more = await tryUpload(server.url, { token, body: 'x' });
    expect(more.status).toBe(507);
    expect(await more.json()).toEqual({
      error: 'QuotaExceeded',
      message: expect.stringContaining('Delete messages with files that nobody needs'),
    });
    await server.database.db.query(
      'DELETE FROM attachments WHERE id = (SELECT id FROM attachments WHERE user_id = $1 LIMIT 1)',
      [user.id],
    );
    // Where there is room for one, of three one gets it.
    const racing = await Promise.all(
      [0, 1, 2].map(() => tryUpload(server.url, { token, body: randomBytes(maxBytes) })),
    );
    expect(racing.map(({ status }) => status).sort()).toEqual([201, 507, 507]);
  });

  it('that breaks off leaves nothing', async () => {
    const { token } = await server.register();
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /v1/rooms/general/attachments?name=a HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: 1000000\r\n\r\n`,
    );
    socket.write(randomBytes(100_000));
    await expect.poll(() => filesIn('incoming')).toHaveLength(1);
    socket.destroy();
    await expect.poll(() => filesIn('incoming')).toEqual([]);
  });

  it('is one of three at a time', async () => {
    const { token } = await server.register();
    const opened: ReadableStreamDefaultController[] = [];
    const endless = () => new ReadableStream({ start: (controller) => void opened.push(controller) });
    const running = [0, 1, 2].map(() => tryUpload(server.url, { token, body: endless() }));
    for (const controller of opened) controller.enqueue(Buffer.from('x'));
    await expect.poll(() => filesIn('incoming')).toHaveLength(3);
    const fourth = await tryUpload(server.url, { token, body: 'x' });
    expect(fourth.status).toBe(429);
    for (const controller of opened) controller.close();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([201, 201, 201]);
    expect((await tryUpload(server.url, { token, body: 'x' })).status).toBe(201);
  });

  it('is refused before it is read where the room, the token or the role does not allow it', async () => {
    const [owner, stranger] = [await server.register(), await server.register()];
    const { slug, id } = await createRoom(server.url, owner.token, { is_public: false });
    const body = randomBytes(500_000);
    const statusOf = async (attempt: { token: string; room: string }) =>
      (await tryUpload(server.url, { ...attempt, body })).status;
    expect(await statusOf({ token: 'nonsense', room: slug })).toBe(401);
    expect(await statusOf({ token: stranger.token, room: slug })).toBe(403);
    expect(await statusOf({ token: stranger.token, room: 'atlantis' })).toBe(404);
    await server.database.db.query(
      `INSERT INTO room_members (room_id, user_id, role) VALUES ($1, $2, 'guest')`,
      [id, stranger.user.id],
    );
    expect(await statusOf({ token: stranger.token, room: slug })).toBe(403);
    expect(await statusOf({ token: owner.token, room: slug })).toBe(201);
  });
});

describe('a picture', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)(
    'of %s is measured, has a small one, and tells nobody where it was taken',
    async (format) => {
      const { token } = await server.register();
      const body = await takePicture({ format, width: 1200, height: 800 });
      const attachment = await upload(server.url, { token, name: `a.${format}`, body });
      expect(attachment).toMatchObject({ media_type: `image/${format}`, width: 1200, height: 800 });
      expect(attachment.has_thumbnail).toBe(true);
      const whole = await download(server.url, { id: attachment.id, token });
      const bytes = Buffer.from(await whole.arrayBuffer());
      expect(bytes.length).toBe(attachment.size_bytes);
      if (format !== 'gif') expect(bytes.includes(secretPlace)).toBe(false);
      const small = await download(server.url, { id: `${attachment.id}/thumbnail`, token });
      expect(small.headers.get('content-type')).toBe('image/webp');
      const thumbnail = await sharp(await small.arrayBuffer()).metadata();
      expect(thumbnail).toMatchObject({ format: 'webp', width: limits.thumbnailPx, height: 320 });
      expect(thumbnail.exif).toBeUndefined();
    },
  );

  it('that lies on its side is measured and made small as it is seen', async () => {
    const { token } = await server.register();
    const body = await takePicture({ format: 'jpeg', orientation: 6 });
    const { id, width, height } = await upload(server.url, { token, body });
    expect({ width, height }).toEqual({ width: 400, height: 600 });
    const small = await download(server.url, { id: `${id}/thumbnail`, token });
    expect(await sharp(await small.arrayBuffer()).metadata()).toMatchObject({ width: 320, height: 480 });
  });

  it('that moves has its first picture as a small one', async () => {
    const { token } = await server.register();
    const frames = await Promise.all(
      ['#f00', '#0f0'].map((background) =>
        sharp({ create: { width: 64, height: 64, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const body = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const { id, width, height } = await upload(server.url, { token, body });
    expect({ width, height }).toEqual({ width: 64, height: 64 });
    const small = await download(server.url, { id: `${id}/thumbnail`, token });
    const { data } = await sharp(await small.arrayBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(200);
    expect(data[1]).toBeLessThan(60);
  });

  it('that would unpack to gigabytes is a file, and never shown', async () => {
    const { token } = await server.register();
    const body = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#000' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(body.length).toBeLessThan(maxBytes);
    const attachment = await upload(server.url, { token, name: 'bomb.png', body });
    expect(attachment).toMatchObject({ media_type: 'application/octet-stream', has_thumbnail: false });
    expect(attachment).not.toHaveProperty('width');
    const response = await download(server.url, { id: attachment.id, token });
    expect(response.headers.get('content-disposition')).toMatch(/^attachment;/);
  });

  it('that is broken is a file', async () => {
    const { token } = await server.register();
    const body = (await takePicture({ format: 'png' })).subarray(0, 200);
    expect(await upload(server.url, { token, body })).toMatchObject({
      media_type: 'application/octet-stream',
      has_thumbnail: false,
    });
  });
});

it('every other body has 64 KiB at most', async () => {
  const { token } = await server.register();
  const response = await fetch(`${server.url}/v1/rooms`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ slug: 'x'.repeat(70_000) }),
  });
  expect(response.status).toBe(413);
});

it('the probe of a server names how its files are, and is ready without them', async () => {
  const fullServer = await startTestServer({
    env: { ATTACHMENT_MIN_FREE_BYTES: String(Number.MAX_SAFE_INTEGER) },
  });
  const { token } = await fullServer.register();
  const response = await fetch(`${fullServer.url}/readyz`);
  expect(response.status).toBe(200);
  const { checks } = (await response.json()) as { checks: Record<string, unknown> };
  expect(checks.files).toEqual({ ok: false, detail: expect.stringMatching(/MiB free.*uploads are refused/) });
  const refused = await tryUpload(fullServer.url, { token, body: 'x' });
  expect([refused.status, await refused.json()]).toMatchObject([507, { error: 'StorageFull' }]);
  await fullServer.close();
  const whole = (await (await fetch(`${server.url}/readyz`)).json()) as { checks: Record<string, unknown> };
  expect(whole.checks.files).toMatchObject({ ok: true });
});

describe('a server that stops', () => {
  it('does not wait for whoever was refused, and does not keep whoever reads slowly', async () => {
    const stopping = await startTestServer({ env: { ATTACHMENT_MAX_BYTES: String(20 * maxBytes) } });
    const { token } = await stopping.register();
    const { id } = await upload(stopping.url, { token, body: randomBytes(20 * maxBytes) });
    const refused = await tryUpload(stopping.url, { token, body: randomBytes(20 * maxBytes + 1) });
    expect(refused.status).toBe(413);
    // Its body is never read.
    const reading = await download(stopping.url, { id, token });
    expect(reading.status).toBe(200);
    const startedAt = performance.now();
    await stopping.close();
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });
});
