import { randomUUID } from 'node:crypto';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretPlace, takePicture } from '../../../test/pictures.ts';
import { MalformedMediaError, stripMetadata } from './index.ts';
import { planJpeg } from './jpeg.ts';
import { FileWindow } from './pieces.ts';
import { planPng } from './png.ts';
import { planWebp } from './webp.ts';

const pngHead = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const webpHead = Buffer.from('RIFF\xff\xff\xff\x7fWEBP', 'latin1');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boltorezka-metadata-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const strip = async (bytes: Uint8Array, mediaType: string): Promise<Buffer> => {
  const from = join(folder, randomUUID());
  const to = join(folder, randomUUID());
  await writeFile(from, bytes);
  return readFile((await stripMetadata(from, mediaType, to)) ? to : from);
};

/** What is on the screen. */
const pixelsOf = (bytes: Buffer) => sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true });

describe.each(['jpeg', 'png', 'webp'] as const)('a %s', (format) => {
  const mediaType = `image/${format}`;

  it('loses what tells where it was taken, and not a pixel', async () => {
    const taken = await takePicture({ format });
    const before = await sharp(taken).metadata();
    expect(before.exif?.includes(secretPlace)).toBe(true);
    expect(before.xmp?.includes(secretPlace)).toBe(true);
    const stripped = await strip(taken, mediaType);
    expect(stripped.includes(secretPlace)).toBe(false);
    expect(await sharp(stripped).metadata()).toMatchObject({ width: 600, height: 400 });
    expect(await sharp(stripped).metadata()).not.toHaveProperty('xmp');
    expect((await pixelsOf(stripped)).data.equals((await pixelsOf(taken)).data)).toBe(true);
  });

  it('stays the right way up', async () => {
    const taken = await takePicture({ format, orientation: 6 });
    const stripped = await strip(taken, mediaType);
    const after = await sharp(stripped).metadata();
    expect(after.orientation).toBe(6);
    expect(after.autoOrient).toEqual({ width: 400, height: 600 });
    expect(after.exif?.length).toBeLessThan(60);
    expect(stripped.includes(secretPlace)).toBe(false);
    expect((await pixelsOf(stripped)).data.equals((await pixelsOf(taken)).data)).toBe(true);
  });

  it('loses what stands behind its end', async () => {
    const taken = await takePicture({ format });
    const stripped = await strip(Buffer.concat([taken, Buffer.from(`<script>${secretPlace}`)]), mediaType);
    expect(stripped.includes('<script>')).toBe(false);
    expect(stripped.equals(await strip(taken, mediaType))).toBe(true);
  });

  it('is the same when it is stripped again', async () => {
    const once = await strip(await takePicture({ format, orientation: 3 }), mediaType);
    expect((await strip(once, mediaType)).equals(once)).toBe(true);
  });

  it('that is broken anywhere is refused or still one, and never hangs', async () => {
    const taken = await takePicture({ format, width: 40, height: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(taken.length - 1),
        fc.nat(255),
        fc.option(fc.nat(taken.length - 1)),
        async (at, value, cutAt) => {
          const broken = Buffer.from(taken);
          broken[at] = value;
          const result = await strip(broken.subarray(0, cutAt ?? undefined), mediaType).catch(
            (error: unknown) => error,
          );
          expect(result instanceof Buffer || result instanceof MalformedMediaError).toBe(true);
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });
});

it('a JPEG in several scans, as cameras write them for the web, stays whole', async () => {
  const taken = await sharp(await takePicture({ format: 'jpeg' }))
    .keepMetadata()
    .jpeg({ progressive: true })
    .toBuffer();
  const stripped = await strip(taken, 'image/jpeg');
  expect(stripped.includes(secretPlace)).toBe(false);
  expect((await pixelsOf(stripped)).data.equals((await pixelsOf(taken)).data)).toBe(true);
});

it('a JPEG keeps the profile of its colours', async () => {
  const taken = await sharp(await takePicture({ format: 'jpeg' }))
    .withIccProfile('p3')
    .jpeg()
    .toBuffer();
  expect((await sharp(await strip(taken, 'image/jpeg')).metadata()).icc).toBeDefined();
});

it('a picture in a hundred thousand pieces is refused: each would be a file that is opened', async () => {
  const png = await takePicture({ format: 'png', width: 2, height: 2 });
  const text = Buffer.concat([Buffer.from([0, 0, 0, 0]), Buffer.from('tEXt'), Buffer.alloc(4)]);
  const shown = Buffer.concat([Buffer.from([0, 0, 0, 0]), Buffer.from('sBIT'), Buffer.alloc(4)]);
  const many = Buffer.concat(Array.from({ length: 50_000 }, () => [text, shown]).flat());
  const bytes = Buffer.concat([png.subarray(0, 33), many, png.subarray(33)]);
  await expect(strip(bytes, 'image/png')).rejects.toThrow(MalformedMediaError);
});

describe('of a picture that is millions of tiny segments, as many are looked at as real ones have', () => {
  const repeated = (parts: Buffer[], count: number) =>
    Buffer.concat(Array.from({ length: count }, () => parts).flat());
  const chunk = (type: string) => Buffer.concat([Buffer.from(type), Buffer.alloc(4)]);
  const pngChunk = (type: string) => Buffer.concat([Buffer.alloc(4), Buffer.from(type), Buffer.alloc(4)]);
  const bytes = (hex: string) => Buffer.from(hex, 'hex');

  /** Where it was last read. */
  const readTo = async (picture: Buffer, plan: (file: FileWindow) => Promise<unknown>): Promise<number> => {
    const path = join(folder, randomUUID());
    await writeFile(path, picture);
    const handle = await open(path, 'r');
    let furthest = 0;
    const file = new FileWindow(
      Object.assign(Object.create(handle), {
        read: (...args: [Buffer, number, number, number]) => {
          furthest = Math.max(furthest, args[3]);
          return handle.read(...args);
        },
      }),
      picture.length,
    );
    await expect(plan(file)).rejects.toThrow(MalformedMediaError);
    await handle.close();
    return furthest;
  };

  it.each([
    [
      'tables and comments by turns in a JPEG',
      planJpeg,
      [bytes('ffd8'), [bytes('ffdb0002'), bytes('fffe0002')]],
    ],
    ['comments alone in a JPEG', planJpeg, [bytes('ffd8'), [bytes('fffe0002')]]],
    ['tables alone in a JPEG', planJpeg, [bytes('ffd8'), [bytes('ffdb0002')]]],
    ['scans in a JPEG', planJpeg, [bytes('ffd8'), [bytes('ffda0002')]]],
    ['kept and other chunks by turns in a PNG', planPng, [pngHead, [pngChunk('sBIT'), pngChunk('tEXt')]]],
    ['texts alone in a PNG', planPng, [pngHead, [pngChunk('tEXt')]]],
    ['data alone in a PNG', planPng, [pngHead, [pngChunk('IDAT')]]],
    ['kept and other chunks by turns in a WebP', planWebp, [webpHead, [chunk('ALPH'), chunk('none')]]],
    ['unknown chunks alone in a WebP', planWebp, [webpHead, [chunk('none')]]],
    ['heads alone in a WebP', planWebp, [webpHead, [chunk('ALPH'), chunk('VP8X')]]],
  ] as const)('%s', async (_what, plan, [head, parts]) => {
    const picture = Buffer.concat([head, repeated([...parts], 250_000)]);
    expect(await readTo(picture, plan)).toBeLessThan(picture.length - 64 * 1024);
  });

  it('and a head of a WebP that is as large as the file is not held', async () => {
    const head = Buffer.concat([Buffer.from('VP8X'), bytes('00000100'), Buffer.alloc(65_536)]);
    await expect(strip(Buffer.concat([webpHead, head]), 'image/webp')).rejects.toThrow(/another size/);
  });
});
