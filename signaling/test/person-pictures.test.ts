import { randomBytes, randomUUID } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type AccountExport, limits, type RouteName } from '@boltorezka/protocol';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAttachments } from '../src/attachments/index.ts';
import { type Body, createPictureRig, filesOf } from './person-picture-rig.ts';
import { secretPlace, takePicture } from './pictures.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { type Call, call, createTeam, makeAdministrator, settle, type Teammate } from './team.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const { meet, part } = createTeam(() => server);
afterEach(part);

const { trySet, set, get, pictureOf, storedFiles, sweep } = createPictureRig(() => server);

const isOf =
  ({ id }: { id: string }) =>
  ({ userId }: { userId?: unknown }) =>
    userId === id;

/** What somebody was told of a person's picture: news of others may still be under way. */
const picturesTold = ({ frames }: Teammate, of: { id: string }) =>
  frames.filter(({ type, payload }) => type === 'user.pictureChanged' && isOf(of)(payload));

describe('a picture of a person', () => {
  it('is the middle of what they gave, the right way up, and tells nothing of where it was taken', async () => {
    const anna = await meet('Anna');
    // Shown upright, the red half is above the blue one.
    const body = await takePicture({ format: 'jpeg', width: 900, height: 300, orientation: 6 });
    const response = await get(anna, await set(anna, body));
    expect(response.headers.get('content-type')).toBe('image/webp');
    const bytes = Buffer.from(await response.arrayBuffer());
    const { width, height, exif, xmp, orientation } = await sharp(bytes).metadata();
    expect({ width, height, exif, xmp, orientation }).toEqual({
      ...{ width: limits.picturePx, height: limits.picturePx },
      ...{ exif: undefined, xmp: undefined, orientation: undefined },
    });
    expect(bytes.includes(secretPlace)).toBe(false);
    const pixels = await sharp(bytes).raw().toBuffer();
    const at = (x: number, y: number) => [...pixels.subarray((y * width + x) * 3).subarray(0, 3)];
    const [above, below] = [at(width / 2, 20), at(width / 2, height - 20)];
    expect(above[0]).toBeGreaterThan(above[2]! + 100);
    expect(below[2]).toBeGreaterThan(below[0]! + 100);
  });

  it('is found and shown to everybody who has an account, and to nobody else', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const id = await set(anna);
    const asked = { query: { user_ids: [anna.id, boris.id, randomUUID()].join(',') } };
    expect(await boris.done('pictures.find', asked)).toEqual({
      pictures: [{ user_id: anna.id, picture_id: id }],
    });
    expect((await get(boris, id)).status).toBe(200);
    expect((await get({ token: 'none' }, id)).status).toBe(401);
    expect((await fetch(`${server.url}/v1/pictures/${id}`)).status).toBe(401);
    expect((await get(boris, randomUUID())).status).toBe(404);
  });

  it('is kept by its reader’s own browser alone, as a document that can do nothing', async () => {
    const anna = await meet('Anna');
    const id = await set(anna);
    const { headers } = await get(anna, id);
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toMatch(/^inline/);
    expect(headers.get('vary') ?? '').not.toMatch(/authorization/i);
    const again = await get(anna, id, { 'if-none-match': headers.get('etag')! });
    expect(again.status).toBe(304);
  });

  it('is told of to everybody who is there, as is that there is none any more', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const ofAnna = isOf(anna);
    const first = await set(anna);
    expect(await boris.next('user.pictureChanged', ofAnna)).toEqual({ userId: anna.id, pictureId: first });
    const second = await set(anna);
    expect(second).not.toBe(first);
    expect(await boris.next('user.pictureChanged', ofAnna)).toEqual({ userId: anna.id, pictureId: second });
    await anna.done('pictures.remove');
    expect(await boris.next('user.pictureChanged', ofAnna)).toEqual({ userId: anna.id, pictureId: null });
    expect(await anna.done('pictures.remove')).toEqual({ ok: true });
    await settle(boris);
    expect(picturesTold(boris, anna)).toHaveLength(3);
  });

  it('is the one that was told of last, whoever sets how many at once', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    await Promise.all([1, 2, 3].map(() => set(anna)));
    await settle(boris);
    const told = picturesTold(boris, anna);
    expect(told).toHaveLength(3);
    expect(told.at(-1)?.payload.pictureId).toBe(await pictureOf(boris, anna.id));
  });

  it('that was replaced or removed is gone at once, and its file with the next sweeping', async () => {
    const anna = await meet('Anna');
    const first = await set(anna);
    const second = await set(anna);
    expect((await get(anna, first)).status).toBe(404);
    expect((await get(anna, second)).status).toBe(200);
    await sweep();
    expect(await storedFiles()).toContain(second);
    expect(await storedFiles()).not.toContain(first);
    await anna.done('pictures.remove');
    expect((await get(anna, second)).status).toBe(404);
    await sweep();
    expect(await storedFiles()).not.toContain(second);
  });

  it('in use is none of the files that nothing knows of', async () => {
    const anna = await meet('Anna');
    const id = await set(anna);
    const { db } = server.database;
    const path = join(server.config.dataDir, 'attachments', id.slice(0, 2), id.slice(2, 4), id);
    const longAgo = new Date(Date.now() - 7 * 24 * 3_600_000);
    await utimes(path, longAgo, longAgo);
    await db.query('INSERT INTO attachment_files_to_delete (id) VALUES ($1)', [id]);
    await sweep();
    expect(await db.query('SELECT id FROM attachment_files_to_delete WHERE id = $1', [id])).toEqual([]);
    expect((await get(anna, id)).status).toBe(200);
  });

  it('goes with the account, and everybody is told', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const id = await set(anna);
    await boris.next('user.pictureChanged', isOf(anna));
    await anna.done('auth.delete', { body: { password: 'password123' } });
    expect(await boris.next('user.pictureChanged', isOf(anna))).toEqual({ userId: anna.id, pictureId: null });
    expect((await get(boris, id)).status).toBe(404);
    await sweep();
    expect(await storedFiles()).not.toContain(id);
  });

  it('is in the export of the account', async () => {
    const anna = await meet('Anna');
    const { account: before } = await anna.done<AccountExport>('auth.export');
    expect(before?.picture).toBeNull();
    const id = await set(anna);
    const { account } = await anna.done<AccountExport>('auth.export');
    expect(account?.picture).toEqual({
      id,
      size_bytes: (await (await get(anna, id)).bytes()).length,
      created_at: expect.any(String),
      path: `/v1/pictures/${id}`,
    });
  });
});

describe('what is given for a picture', () => {
  const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const attempts: [string, () => Promise<Body> | Body, number][] = [
    ['an SVG that holds a script', () => script, 415],
    ['a page', () => '<!doctype html><img src=x onerror=alert(1)>', 415],
    ['a file of anything', () => randomBytes(5_000), 415],
    ['a picture that is broken', async () => (await takePicture({ format: 'png' })).subarray(0, 200), 415],
    [
      'a picture that would unpack to gigabytes',
      () =>
        sharp({ create: { width: 9_000, height: 8_000, channels: 3, background: '#000' } })
          .png({ compressionLevel: 9 })
          .toBuffer(),
      415,
    ],
    ['nothing', () => '', 400],
    ['more than a picture may have', () => new Uint8Array(limits.maxPictureBytes + 1), 413],
    [
      'more than a picture may have, without saying so before',
      () => {
        let left = limits.maxPictureBytes + 1;
        return new ReadableStream({
          pull: (controller) => {
            controller.enqueue(new Uint8Array(64 * 1024));
            left -= 64 * 1024;
            if (left < 0) controller.close();
          },
        });
      },
      413,
    ],
  ];

  it.each(attempts)('is refused where it is %s, and the one before stays', async (_what, make, status) => {
    const anna = await meet('Anna');
    const id = await set(anna);
    const before = await storedFiles();
    const response = await trySet(anna, await make());
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ message: expect.any(String) });
    expect(await pictureOf(anna, anna.id)).toBe(id);
    expect(await storedFiles()).toEqual(before);
  });

  it('is refused for good where nothing here can make it small', async () => {
    const { pictures } = createAttachments({ ...filesOf(server), loadSharp: async () => undefined });
    const size = { width: 1, height: 1, fit: 'cover' as const };
    const making = pictures.shrink({ path: 'none', sizeBytes: 1 }, size, AbortSignal.timeout(5_000));
    await expect(making).rejects.toMatchObject({ code: 'Unavailable', retryable: false });
  });

  it.each(['png', 'webp', 'avif', 'gif'] as const)('may be a %s', async (format) => {
    const anna = await meet('Anna');
    const id = await set(anna, await takePicture({ format }));
    expect((await sharp(await (await get(anna, id)).arrayBuffer()).metadata()).format).toBe('webp');
  });

  it('comes a few times at once, and then slowly', async () => {
    const anna = await meet('Anna');
    for (let times = 0; times < 10; times += 1) await anna.done('pictures.remove');
    const refused = await trySet(anna, await takePicture({ format: 'png' }));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await anna.call('pictures.remove')).status).toBe(429);
  });
});

describe('somebody else’s picture', () => {
  it('is taken away by an administrator alone, who is written down', async () => {
    const [anna, boris, admin] = [await meet('Anna'), await meet('Boris'), await meet('Admin')];
    await makeAdministrator(server, admin);
    const id = await set(anna);
    const asked = { params: { user_id: anna.id } };
    expect((await boris.call('admin.removePicture', asked)).status).toBe(403);
    expect((await get(boris, id)).status).toBe(200);
    expect((await admin.call('admin.removePicture', asked)).status).toBe(200);
    expect((await get(boris, id)).status).toBe(404);
    expect(await boris.next('user.pictureChanged', ({ pictureId }) => pictureId === null)).toBeTruthy();
    const { entries } = await admin.done('audit.server');
    expect(entries[0]).toMatchObject({
      action: 'user.removePicture',
      actor: { user_id: admin.id },
      target: { user_id: anna.id },
    });
    expect((await admin.call('admin.removePicture', asked)).status).toBe(404);
    expect((await admin.call('admin.removePicture', { params: { user_id: randomUUID() } })).status).toBe(404);
  });
});

/** Who asks, in the order of the columns below. */
const askers = ['nobody', 'banned', 'person', 'administrator'] as const;
const rights: [RouteName, (scene: { userId: string; pictureId: string }) => Call, string][] = [
  // No bytes at all are refused as such to who may.
  ['pictures.set', () => ({}), '401 401 400 400'],
  ['pictures.remove', () => ({}), '401 401 200 200'],
  ['pictures.find', ({ userId }) => ({ query: { user_ids: userId } }), '401 401 200 200'],
  ['pictures.get', ({ pictureId }) => ({ params: { picture_id: pictureId } }), '401 401 200 200'],
  ['admin.removePicture', ({ userId }) => ({ params: { user_id: userId } }), '401 401 403 200'],
];

it.each(rights)('%s is answered to each as far as they may', async (name, asked, expected) => {
  const people = {
    banned: await meet('Banned'),
    person: await meet('Person'),
    administrator: await meet('Admin'),
  };
  await makeAdministrator(server, people.administrator);
  await people.administrator.done('admin.updateUser', {
    params: { user_id: people.banned.id },
    body: { ban: {} },
  });
  const anna = await meet('Anna');
  const scene = { userId: anna.id, pictureId: await set(anna) };
  const statuses: number[] = [];
  for (const asker of askers) {
    const token = asker === 'nobody' ? 'none' : people[asker].token;
    statuses.push((await call({ url: server.url, token }, name, asked(scene))).status);
  }
  expect(statuses.join(' ')).toBe(expected);
});
