import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { box, heic, location, movie, u32, webm } from '../../../test/media-files.ts';
import { secretPlace, takePicture } from '../../../test/pictures.ts';
import { tiff } from '../../../test/tiff-files.ts';
import { sniffMediaType } from '../media-type.ts';
import { wipeMetadata } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boltorezka-wiped-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const neverGivenUp = new AbortController().signal;

const write = async (bytes: Uint8Array): Promise<string> => {
  const path = join(folder, randomUUID());
  await writeFile(path, bytes);
  return path;
};

const wipe = async (bytes: Uint8Array, mediaType: string) => {
  const path = await write(bytes);
  const isWhole = await wipeMetadata(path, mediaType, neverGivenUp);
  const left = await readFile(path);
  await rm(path);
  return { isWhole, left };
};

const little = { isLittle: true, isBig: false };
const files: [string, string, (wanted: { isWiped: boolean }) => Buffer][] = [
  ['a MOV', 'video/quicktime', movie],
  ['an MP4', 'video/mp4', (wanted) => movie({ ...wanted, brand: 'isom' })],
  ['an M4A', 'audio/x-m4a', (wanted) => movie({ ...wanted, brand: 'M4A ' })],
  ['a 3GP', 'video/3gpp', (wanted) => movie({ ...wanted, brand: '3gp4' })],
  ['an MP4 of a drone', 'video/mp4', (wanted) => movie({ ...wanted, brand: 'mp42', notes: 'gpmd' })],
  [
    'an MP4 of a telephone with its ways',
    'video/mp4',
    (wanted) => movie({ ...wanted, brand: 'mp42', notes: 'camm' }),
  ],
  ['a HEIC', 'image/heic', heic],
  ['a TIFF', 'image/tiff', (wanted) => tiff(little, wanted)],
  ['a TIFF the other way round', 'image/tiff', (wanted) => tiff({ isLittle: false, isBig: false }, wanted)],
  ['a BigTIFF', 'image/tiff', (wanted) => tiff({ isLittle: true, isBig: true }, wanted)],
  ['a BigTIFF the other way round', 'image/tiff', (wanted) => tiff({ isLittle: false, isBig: true }, wanted)],
  ['a WebM', 'video/webm', webm],
  ['a WebM that was recorded live', 'video/webm', (wanted) => webm({ ...wanted, isLive: true })],
];

describe.each(files)('%s', (_name, mediaType, build) => {
  it('is taken for what it is', async () => {
    expect(await sniffMediaType(await write(build({ isWiped: false })))).toBe(mediaType);
  });

  it('loses where it was taken, all else staying as it was and where it was', async () => {
    const taken = build({ isWiped: false });
    expect(taken.includes(location)).toBe(true);
    const { isWhole, left } = await wipe(taken, mediaType);
    expect(isWhole).toBe(true);
    expect(left.includes(location)).toBe(false);
    expect(left.equals(build({ isWiped: true }))).toBe(true);
  });

  it('is the same when it is wiped again', async () => {
    const once = build({ isWiped: true });
    expect(await wipe(once, mediaType)).toEqual({ isWhole: true, left: once });
  });

  it('that is broken anywhere is as large as before, and soon looked through', async () => {
    const taken = build({ isWiped: false });
    const breaks = fc.array(fc.tuple(fc.nat(taken.length - 1), fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff)), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(breaks, fc.option(fc.nat(taken.length - 1)), async (changes, cutAt) => {
        const broken = Buffer.from(taken);
        for (const [at, value] of changes) broken[at] = value;
        const given = broken.subarray(0, cutAt ?? undefined);
        expect((await wipe(given, mediaType)).left.length).toBe(given.length);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('what a camera makes of its sensor', () => {
  it('loses GPS and XMP, and keeps what it is developed by', async () => {
    const { left } = await wipe(tiff(little, { isRaw: true }), 'image/x-adobe-dng');
    expect(left.includes(location)).toBe(false);
    expect(left.equals(tiff(little, { isRaw: true, isWiped: true }))).toBe(true);
  });
});

describe('pictures that are not ours', () => {
  it('of items, as HEIC is, lose where they were taken, and not a pixel', async () => {
    const taken = await takePicture({ format: 'avif' });
    expect(taken.includes(secretPlace)).toBe(true);
    const { isWhole, left } = await wipe(taken, 'image/heif');
    expect(isWhole).toBe(true);
    expect(left.includes(secretPlace)).toBe(false);
    const [before, after] = await Promise.all([taken, left].map((bytes) => sharp(bytes).raw().toBuffer()));
    expect(after?.equals(before as Buffer)).toBe(true);
  });

  it('of TIFF lose where they were taken, and not a pixel', async () => {
    const taken = await takePicture({ format: 'tiff' });
    expect(taken.includes(secretPlace)).toBe(true);
    const { isWhole, left } = await wipe(taken, 'image/tiff');
    expect(isWhole).toBe(true);
    expect(left.includes(secretPlace)).toBe(false);
    const [before, after] = await Promise.all([taken, left].map((bytes) => sharp(bytes).raw().toBuffer()));
    expect(after?.equals(before as Buffer)).toBe(true);
  });
});

describe('a movie', () => {
  const ftyp = box('ftyp', Buffer.from('isom'), u32(0));
  const udta = box('udta', Buffer.from(location));

  it('that was broken off while its data was written is as whole as it is', async () => {
    const bytes = Buffer.concat([ftyp, box('moov', udta), box('mdat', Buffer.alloc(100)).subarray(0, 50)]);
    const { isWhole, left } = await wipe(bytes, 'video/mp4');
    expect(isWhole).toBe(true);
    expect(left.includes(location)).toBe(false);
  });

  it('loses what stands behind its end', async () => {
    const { isWhole, left } = await wipe(Buffer.concat([ftyp, u32(3), Buffer.from(location)]), 'video/mp4');
    expect(isWhole).toBe(true);
    expect(left.includes(location)).toBe(false);
  });

  it('that breaks loses what was found until then', async () => {
    const bytes = Buffer.concat([ftyp, box('moov', udta, u32(3), Buffer.alloc(20))]);
    const { isWhole, left } = await wipe(bytes, 'video/mp4');
    expect(isWhole).toBe(false);
    expect(left.includes(location)).toBe(false);
  });

  it('that a text begins like stays that text', async () => {
    const text = Buffer.from('The free and the brave have been where nobody else was.');
    expect(await sniffMediaType(await write(text))).toBe('video/quicktime');
    expect(await wipe(text, 'video/quicktime')).toEqual({ isWhole: false, left: text });
    const other = Buffer.concat([box('free', Buffer.from('is the bird')), Buffer.from('that flies')]);
    expect(await wipe(other, 'video/quicktime')).toEqual({ isWhole: false, left: other });
  });

  it('is not waited for where the server stops', async () => {
    const path = await write(movie());
    await expect(
      wipeMetadata(path, 'video/quicktime', AbortSignal.abort(new Error('stops'))),
    ).rejects.toThrow('stops');
  });
});
