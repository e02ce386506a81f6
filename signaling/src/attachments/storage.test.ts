import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import S3rver from '@20minutes/s3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeS3, startFakeS3 } from '../../test/fake-s3.ts';
import { attachmentIdOf, type FileStorage, keysOf } from './storage.ts';
import { createDiskStorage } from './storage-disk.ts';
import { createS3Storage, type S3Config } from './storage-s3.ts';

let folder: string;
let s3: FakeS3;
let s3rver: S3rver;
/** The same of a server that is not ours. */
let foreign: S3Config;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boltorezka-storage-'));
  s3 = await startFakeS3();
  const bucket = 'team-files';
  s3rver = new S3rver({
    directory: join(folder, 's3rver'),
    ...{ address: '127.0.0.1', port: 0, silent: true, configureBuckets: [{ name: bucket }] },
  });
  const { port } = await s3rver.run();
  foreign = {
    endpoint: `http://127.0.0.1:${port}`,
    ...{ bucket, region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  };
});
afterAll(async () => {
  await Promise.all([s3.close(), s3rver.close()]);
  await rm(folder, { recursive: true, force: true });
});

const finished = async (bytes: Uint8Array) => {
  await mkdir(join(folder, 'incoming'), { recursive: true });
  const path = join(folder, 'incoming', randomUUID());
  await writeFile(path, bytes);
  return { path, sizeBytes: bytes.length };
};

const keysIn = async (storage: FileStorage): Promise<string[]> => {
  const keys: string[] = [];
  for await (const batch of storage.list()) keys.push(...batch.map(({ key }) => key));
  return keys.sort();
};

describe.each([
  ['on a disk', () => createDiskStorage(join(folder, 'files'))],
  ['in an object storage', () => createS3Storage(foreign)],
  ['in an object storage of few keys a page', () => createS3Storage(s3)],
])('a storage %s', (_, create) => {
  let storage: FileStorage;
  beforeAll(() => {
    storage = create();
  });

  it('tells that it can be used', async () => {
    await expect(storage.probe()).resolves.toBeUndefined();
  });

  it('does nothing that was given up before', async () => {
    const { file } = keysOf(randomUUID());
    const given = await finished(randomBytes(10));
    await expect(storage.put(file, given, AbortSignal.abort())).rejects.toThrow();
    expect(await storage.read(file)).toBeUndefined();
    await expect(storage.delete(file, AbortSignal.abort())).rejects.toThrow();
  });

  it('has nothing to begin with', async () => {
    expect(await keysIn(storage)).toEqual([]);
    expect(await storage.read(randomUUID())).toBeUndefined();
  });

  it('gives back what it was given, whole and in parts', async () => {
    const bytes = randomBytes(300_000);
    const { file } = keysOf(randomUUID());
    await storage.put(file, await finished(bytes));
    expect((await buffer((await storage.read(file))!)).equals(bytes)).toBe(true);
    const part = await buffer((await storage.read(file, { start: 1_000, end: 200_000 }))!);
    expect(part.equals(bytes.subarray(1_000, 200_001))).toBe(true);
    const last = await buffer((await storage.read(file, { start: 299_999, end: 299_999 }))!);
    expect(last.equals(bytes.subarray(299_999))).toBe(true);
    await storage.delete(file);
  });

  it('forgets what is deleted, once and again', async () => {
    const { file, thumbnail } = keysOf(randomUUID());
    await storage.put(file, await finished(randomBytes(10)));
    await storage.put(thumbnail, await finished(randomBytes(10)));
    await storage.delete(file);
    await storage.delete(file);
    expect(await storage.read(file)).toBeUndefined();
    expect(await keysIn(storage)).toEqual([thumbnail]);
    await storage.delete(thumbnail);
  });

  it('lists all there is, page after page, and when it came', async () => {
    const keys = Array.from({ length: 5 }, () => keysOf(randomUUID()).file).sort();
    for (const key of keys) await storage.put(key, await finished(randomBytes(10)));
    expect(await keysIn(storage)).toEqual(keys);
    for await (const batch of storage.list()) {
      for (const { modifiedAt } of batch)
        expect(Math.abs(Date.now() - modifiedAt.getTime())).toBeLessThan(60_000);
    }
    for (const key of keys) await storage.delete(key);
  });

  it('lets go of a file whose reader goes away', async () => {
    const { file } = keysOf(randomUUID());
    await storage.put(file, await finished(randomBytes(2_000_000)));
    const stream = (await storage.read(file))!;
    for await (const _ of stream) break;
    expect(stream.destroyed).toBe(true);
    await storage.delete(file);
  });
});

describe('a storage on a disk', () => {
  it('keeps files to itself, in folders of few, and nothing that is unfinished', async () => {
    const root = join(folder, 'private');
    const storage = createDiskStorage(root);
    const id = randomUUID();
    await storage.put(id, await finished(randomBytes(10)));
    const path = join(root, id.slice(0, 2), id.slice(2, 4), id);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, id.slice(0, 2)))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(root, id.slice(0, 2), id.slice(2, 4)))).toEqual([id]);
  });

  it('does not take what is none of its own for a file', async () => {
    const root = join(folder, 'foreign');
    await mkdir(join(root, 'ab', 'cd'), { recursive: true });
    await writeFile(join(root, 'ab', 'cd', 'notes.txt'), 'x');
    await mkdir(join(root, 'incoming'));
    await writeFile(join(root, 'incoming', randomUUID()), 'x');
    expect(await keysIn(createDiskStorage(root))).toEqual([]);
    expect(attachmentIdOf('../../etc/passwd')).toBeUndefined();
  });
});

describe('a storage in an object storage', () => {
  it('asks again where the storage is busy, and tells where it stays so', async () => {
    const storage = createS3Storage(s3);
    const { file } = keysOf(randomUUID());
    const bytes = randomBytes(100_000);
    s3.failNext(2);
    await storage.put(file, await finished(bytes));
    expect((await buffer((await storage.read(file))!)).equals(bytes)).toBe(true);
    s3.failNext(3);
    await expect(storage.read(file)).rejects.toThrow('the object storage answered 503 SlowDown');
    await storage.delete(file);
  });

  it.each([
    [507, 'XMinioStorageFull'],
    [403, 'QuotaExceeded'],
  ])('that answers %i %s is full: it is not asked again, and told as such', async (status, code) => {
    const storage = createS3Storage(s3);
    const before = s3.refusals.length;
    s3.failNext(1, { status, code });
    await expect(storage.put(randomUUID(), await finished(randomBytes(10)))).rejects.toMatchObject({
      name: 'S3Error',
      isFull: true,
    });
    expect(s3.refusals.slice(before)).toEqual([code]);
  });

  it('is refused with a wrong secret, and says so without it', async () => {
    const storage = createS3Storage({ ...s3, secretAccessKey: 'another secret' });
    const failure = await storage
      .put(randomUUID(), await finished(randomBytes(10)))
      .catch((error: unknown) => error);
    expect(String(failure)).toBe('S3Error: the object storage answered 403 SignatureDoesNotMatch');
  });

  it('that cannot be reached is told as such', async () => {
    const storage = createS3Storage({ ...s3, endpoint: 'http://127.0.0.1:1' });
    await expect(storage.delete(randomUUID())).rejects.toThrow('the object storage cannot be reached');
  });

  it('leaves alone what else is in the bucket', async () => {
    s3.objects.set('backups/1', { body: Buffer.from('x'), modifiedAt: new Date() });
    s3.objects.set('attachments/readme', { body: Buffer.from('x'), modifiedAt: new Date() });
    expect(await keysIn(createS3Storage(s3))).toEqual([]);
  });

  it('was never refused but where it was meant to be', () => {
    const meant = ['SlowDown', 'SignatureDoesNotMatch', 'NoSuchKey', 'XMinioStorageFull', 'QuotaExceeded'];
    expect(new Set(s3.refusals)).toEqual(new Set(meant));
  });
});
