import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type Attachment } from '@boltorezka/protocol';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AttachmentsDeps, createAttachments } from '../src/attachments/index.ts';
import type { FileStorage } from '../src/attachments/storage.ts';
import { S3Error } from '../src/attachments/storage-s3.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { type FakeS3, startFakeS3 } from './fake-s3.ts';
import { quietLog } from './log.ts';
import { takePicture } from './pictures.ts';

let database: TestDatabase;
let dataDir: string;
const [userId, roomId] = [randomUUID(), randomUUID()];
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.query(
    `INSERT INTO users (id, email, name, password_hash) VALUES ($1, 'w@test', 'Writer', '')`,
    [userId],
  );
  await database.db.query(`INSERT INTO rooms (id, slug, title) VALUES ($1, 'room', 'Room')`, [roomId]);
});
afterAll(() => database.close());

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'boltorezka-uploads-'));
});
let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  await rm(dataDir, { recursive: true, force: true });
});

const config = {
  ...{ maxBytes: 10_000_000, quotaBytes: 100_000_000, totalBytes: undefined, minFreeBytes: 0 },
  s3: undefined,
};

const open = (given: Partial<AttachmentsDeps> = {}) =>
  createAttachments({ config, dataDir, db: database.db, log: quietLog, ...given });

/** A real server that hands each body to the service. @returns its address, and what came of each upload. */
const serve = async ({ service }: ReturnType<typeof createAttachments>) => {
  const outcomes: (Attachment | AppError)[] = [];
  server = createServer((request, response) => {
    service
      .upload({ roomId, userId, name: 'a', body: { stream: request, declaredBytes: undefined } })
      .catch((error: unknown) => error as AppError)
      .then((outcome) => {
        outcomes.push(outcome);
        response.end(JSON.stringify(outcome));
      });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, outcomes };
};

const post = (port: number, body: Uint8Array) =>
  fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: body as unknown as string });

const filesLeft = async (): Promise<string[]> => {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

const slow = { bytesPerSecond: 100_000, graceMs: 100, idleMs: 300 };

describe('a slow upload', () => {
  const start = (port: number) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000\r\n\r\n');
    return socket;
  };

  it('that has stopped is ended, and leaves nothing', async () => {
    const attachments = open({ speed: slow, checkMs: 20 });
    const { port, outcomes } = await serve(attachments);
    const socket = start(port);
    socket.write(randomBytes(200_000));
    await expect.poll(() => outcomes[0]).toMatchObject({ code: 'Unavailable' });
    expect((outcomes[0] as AppError).message).toContain('too slow');
    expect(await filesLeft()).toEqual([]);
    socket.destroy();
  });

  it('that drips is ended as well: a byte now and then is not enough', async () => {
    const attachments = open({ speed: slow, checkMs: 20 });
    const { port, outcomes } = await serve(attachments);
    const socket = start(port);
    const drip = setInterval(() => socket.write('x'), 10);
    await expect.poll(() => outcomes[0]).toMatchObject({ code: 'Unavailable' });
    clearInterval(drip);
    expect(await filesLeft()).toEqual([]);
    socket.destroy();
  });

  it('is ended when the server stops', async () => {
    const attachments = open();
    const { port, outcomes } = await serve(attachments);
    const socket = start(port);
    socket.write(randomBytes(100_000));
    await expect.poll(filesLeft).toHaveLength(1);
    await attachments.close();
    await attachments.close();
    await expect.poll(() => outcomes[0]).toMatchObject({ code: 'Unavailable' });
    expect((outcomes[0] as AppError).message).toContain('stopping');
    expect(await filesLeft()).toEqual([]);
    socket.destroy();
  });
});

describe('when the server stops', () => {
  it('a picture that is being looked into is not waited for, and leaves nothing', async () => {
    const begun = Promise.withResolvers<void>();
    // As libvips, it goes on whatever anybody wants.
    const endless = (path: string) => {
      begun.resolve();
      return Object.assign(sharp(path), { metadata: () => new Promise(() => undefined) }) as Sharp;
    };
    const attachments = open({ loadSharp: async () => endless });
    const { port, outcomes } = await serve(attachments);
    const posting = post(port, await takePicture({ format: 'png' }));
    await begun.promise;
    await attachments.close();
    await posting;
    expect(outcomes[0]).toMatchObject({ code: 'Unavailable' });
    expect((outcomes[0] as AppError).message).toContain('stopping');
    expect(await filesLeft()).toEqual([]);
  });

  it('an object storage that takes its time is not waited for', async () => {
    const asked = Promise.withResolvers<void>();
    const silent = createServer((request) => request.on('data', () => asked.resolve()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const s3 = { endpoint, region: 'r', bucket: 'bucket', accessKeyId: 'a', secretAccessKey: 'b' };
    const attachments = open({ config: { ...config, s3 } });
    const { port, outcomes } = await serve(attachments);
    const posting = post(port, randomBytes(1_000));
    await asked.promise;
    const began = performance.now();
    await attachments.close();
    await posting;
    expect(outcomes[0]).toMatchObject({ code: 'Unavailable' });
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(await filesLeft()).toEqual([]);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('a disk that is nearly full', () => {
  const gibibyte = 1024 ** 3;
  const nearlyFull = (freeBytes: number) =>
    open({ config: { ...config, minFreeBytes: gibibyte }, readFreeBytes: async () => freeBytes });

  it('takes no upload that would leave too little of it', async () => {
    const { port, outcomes } = await serve(nearlyFull(gibibyte + config.maxBytes - 1));
    await post(port, randomBytes(1_000));
    expect(outcomes[0]).toMatchObject({ code: 'StorageFull', retryable: false });
    expect((outcomes[0] as AppError).message).toContain('no room left');
    expect(await filesLeft()).toEqual([]);
  });

  it('counts what is under way, and no more once that has ended', async () => {
    const { port, outcomes } = await serve(nearlyFull(gibibyte + config.maxBytes));
    const slowly = connect(port, '127.0.0.1');
    slowly.on('error', () => undefined);
    slowly.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\nx');
    await expect.poll(filesLeft).toHaveLength(1);
    await post(port, 'x' as unknown as Uint8Array);
    expect(outcomes[0]).toMatchObject({ code: 'StorageFull' });
    slowly.destroy();
    await expect.poll(() => outcomes.length).toBe(2);
    await post(port, randomBytes(1_000));
    expect(outcomes[2]).toMatchObject({ sizeBytes: 1_000 });
  });
});

describe('a quota of everybody', () => {
  it('is one for all, also for those who upload at once', async () => {
    await database.db.query('DELETE FROM attachments');
    const { port, outcomes } = await serve(open({ config: { ...config, totalBytes: 2_500 } }));
    await Promise.all([1, 2, 3].map(() => post(port, randomBytes(1_000))));
    expect(outcomes.filter((outcome) => !(outcome instanceof AppError))).toHaveLength(2);
    expect(outcomes.find((outcome) => outcome instanceof AppError)).toMatchObject({ code: 'StorageFull' });
    await database.db.query('DELETE FROM attachments');
  });
});

describe('a storage that fails', () => {
  const failing = (error: Error, storage: FileStorage): FileStorage => {
    let puts = 0;
    return {
      ...storage,
      // The picture is stored, its small one is not.
      put: async (key, file) => {
        puts += 1;
        if (puts === 2) throw error;
        await storage.put(key, file);
      },
    };
  };

  it.each([
    Object.assign(new Error('write'), { code: 'ENOSPC', syscall: 'write' }),
    new S3Error('the object storage answered 507', { isFull: true }),
  ])('for want of space (%s) says so, and leaves nothing of what was stored before', async (full) => {
    const { storage } = open();
    const { port, outcomes } = await serve(open({ storage: failing(full, storage) }));
    await post(port, await takePicture({ format: 'png' }));
    expect(outcomes[0]).toMatchObject({ code: 'StorageFull', retryable: false });
    expect(await filesLeft()).toEqual([]);
    expect(await database.db.query('SELECT id FROM attachments')).toEqual([]);
  });

  it('by a defect of ours is not told as something that passes', async () => {
    const { storage } = open();
    const { port, outcomes } = await serve(open({ storage: failing(new TypeError('ours'), storage) }));
    await post(port, await takePicture({ format: 'png' }));
    expect(outcomes[0]).not.toBeInstanceOf(AppError);
    expect(await filesLeft()).toEqual([]);
  });
});

describe('an AVIF that tells where it was taken', () => {
  const uploadAvif = async (given: Partial<AttachmentsDeps>) => {
    const { port, outcomes } = await serve(open(given));
    await post(port, await takePicture({ format: 'avif', width: 40, height: 30 }));
    return outcomes[0];
  };

  it('is written anew', async () => {
    expect(await uploadAvif({})).toMatchObject({ mediaType: 'image/avif', hasThumbnail: true });
  });

  it('is a file where that would take an encoder long: a server that stops could not end it', async () => {
    const large = (path: string, options: SharpOptions) => {
      const image = sharp(path, options);
      const read = image.metadata.bind(image);
      const metadata = async () => ({ ...(await read()), width: 3_000, height: 2_000 });
      return Object.assign(image, { metadata }) as Sharp;
    };
    expect(await uploadAvif({ loadSharp: async () => large })).toMatchObject({
      ...{ mediaType: 'application/octet-stream', hasThumbnail: false },
    });
  });
});

describe('without sharp', () => {
  it('a picture has no small one, and still tells nobody where it was taken', async () => {
    const attachments = open({ loadSharp: async () => undefined });
    const { port, outcomes } = await serve(attachments);
    const taken = await takePicture({ format: 'jpeg' });
    await post(port, taken);
    expect(outcomes[0]).toMatchObject({ mediaType: 'image/jpeg', hasThumbnail: false });
    expect((outcomes[0] as Attachment).sizeBytes).toBeLessThan(taken.length);
  });

  it('a picture that is broken is a file', async () => {
    const { port, outcomes } = await serve(open({ loadSharp: async () => undefined }));
    await post(port, (await takePicture({ format: 'jpeg' })).subarray(0, 100));
    expect(outcomes[0]).toMatchObject({ mediaType: 'application/octet-stream' });
  });
});

describe('with an object storage', () => {
  let s3: FakeS3;
  beforeAll(async () => {
    s3 = await startFakeS3();
  });
  afterAll(() => s3.close());

  it('nothing but what is under way is on this disk', async () => {
    const { port, outcomes } = await serve(open({ config: { ...config, s3 } }));
    await post(port, await takePicture({ format: 'png' }));
    const { id } = outcomes[0] as Attachment;
    expect([...s3.objects.keys()].sort()).toEqual([`attachments/${id}`, `attachments/${id}.thumbnail`]);
    expect(await filesLeft()).toEqual([]);
  });

  it('that is away, an upload may be tried again', async () => {
    const { port, outcomes } = await serve(open({ config: { ...config, s3 } }));
    s3.failNext(9);
    await post(port, randomBytes(1_000));
    s3.failNext(0);
    expect(outcomes[0]).toMatchObject({ code: 'Unavailable', retryable: true });
    expect(await filesLeft()).toEqual([]);
  });
});
