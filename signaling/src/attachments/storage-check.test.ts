import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskSpace } from './space.ts';
import { createStorageCheck } from './storage-check.ts';
import { createDiskStorage } from './storage-disk.ts';
import { createS3Storage } from './storage-s3.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'boltorezka-check-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const mebibyte = 1024 ** 2;

const spaceOf = (minFreeBytes: number) =>
  new DiskSpace({
    folder: join(root, 'attachments', 'incoming'),
    minFreeBytes,
    readFreeBytes: async () => 3 * mebibyte,
  });

describe('how the files are', () => {
  it('is told with the space that is left, and where that is too little', async () => {
    const storage = createDiskStorage(join(root, 'attachments'));
    expect(await createStorageCheck(spaceOf(0), storage)()).toEqual({ ok: true, detail: '3 MiB free' });
    expect(await createStorageCheck(spaceOf(5 * mebibyte), storage)()).toEqual({
      ok: false,
      detail: '3 MiB free, less than 5: uploads are refused',
    });
  });

  it('is told where their folder cannot be had', async () => {
    await writeFile(join(root, 'attachments'), '');
    const storage = createDiskStorage(join(root, 'attachments'));
    expect(await createStorageCheck(spaceOf(0), storage)()).toEqual({ ok: false, detail: 'missing' });
  });

  it('is not told in a word where the object storage is away', async () => {
    const storage = createS3Storage({
      ...{ endpoint: 'http://127.0.0.1:1', region: 'r', bucket: 'bucket' },
      ...{ accessKeyId: 'a', secretAccessKey: 'b' },
    });
    await expect(createStorageCheck(spaceOf(0), storage)()).rejects.toThrow('cannot be reached');
  });
});
