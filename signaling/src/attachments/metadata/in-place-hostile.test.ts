import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { box, ebml, longBox, u16, u32 } from '../../../test/media-files.ts';
import { wipeMetadata } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boltorezka-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** On a busy machine the worst of them takes a fifth of it. */
const soonMs = 10_000;

const many = (bytes: Buffer, count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytes));

const ftyp = box('ftyp', Buffer.from('isom'), u32(0));
const movieOf = (...boxes: Buffer[]) => Buffer.concat([ftyp, box('moov', ...boxes)]);
const huge = longBox('free', Buffer.alloc(8));
huge.writeBigUInt64BE(1n << 63n, 8);
const nested = Array.from({ length: 2_000 }).reduce<Buffer>((inner) => box('trak', inner), Buffer.alloc(0));

const hdlr = box('hdlr', u32(0), u32(0), Buffer.from('meta'));
const notesOf = (...tables: Buffer[]) =>
  movieOf(box('trak', box('mdia', hdlr, box('minf', box('stbl', ...tables)))));
const runs = box('stsc', u32(0), u32(1), u32(1), u32(0xffffffff), u32(1));
const sizes = (common: number, ...each: Buffer[]) =>
  box('stsz', u32(0), u32(common), u32(2_000_000), ...each);
const chunks = (count: number, ...offsets: Buffer[]) => box('stco', u32(0), u32(count), ...offsets);

const directory = (fields: Buffer[], next = 0) => Buffer.concat([u16(fields.length), ...fields, u32(next)]);
const field = (tag: number, count: number) => Buffer.concat([u16(tag), u16(4), u32(count), u32(8)]);
/** With room behind it for what it may lead to. */
const tiffOf = (first: Buffer) =>
  Buffer.concat([Buffer.from('MM\0*\0\0\0\x08', 'latin1'), first, Buffer.alloc(65_536)]);

const segment = Buffer.from('1853806701ffffffffffffff', 'hex');
const webmOf = (hex: string, count = 1) => Buffer.concat([segment, many(Buffer.from(hex, 'hex'), count)]);

const whole: Record<string, [string, () => Buffer]> = {
  'a box that goes on to the end': ['video/mp4', () => movieOf(u32(0), Buffer.from('trak'))],
  'two thousand boxes in each other': ['video/mp4', () => movieOf(nested)],
  'a directory that is its own next': ['image/tiff', () => tiffOf(directory([], 8))],
  'a directory that is within itself': ['image/tiff', () => tiffOf(directory([field(330, 1)]))],
  'a GPS directory that is the first one': ['image/tiff', () => tiffOf(directory([field(34_853, 1)]))],
  'tags of 2^56 bytes': ['video/webm', () => webmOf('1254c36701fffffffffffffe')],
  'tags without an end': ['video/webm', () => Buffer.concat([ebml('1a45dfa3'), webmOf('1254c367ff00')])],
  'fifty thousand segments in each other': ['video/webm', () => many(segment, 50_000)],
};

const broken: Record<string, [string, () => Buffer]> = {
  'a box of 2^63 bytes': ['video/mp4', () => Buffer.concat([ftyp, huge])],
  'a box of 2^63 bytes in another': ['video/mp4', () => movieOf(huge)],
  'a million boxes': ['video/mp4', () => Buffer.concat([ftyp, many(box('mdat'), 1_000_000)])],
  'a million boxes that go': ['video/mp4', () => movieOf(many(box('udta'), 1_000_000))],
  'four thousand million chunks': [
    'video/mp4',
    () => notesOf(runs, sizes(1), chunks(0xffffffff, many(u32(9), 100_000))),
  ],
  'a hundred thousand chunks, each of the whole file': [
    'video/mp4',
    () => notesOf(runs, sizes(999_999), chunks(100_000, many(Buffer.concat([u32(9), u32(1)]), 50_000))),
  ],
  'two million samples in a chunk': [
    'video/mp4',
    () => notesOf(runs, sizes(0, many(u32(1), 2_000_000)), chunks(2_000_000, many(u32(9), 2_000_000))),
  ],
  'directories of directories': [
    'image/tiff',
    () => tiffOf(directory(Array(4_000).fill(field(330, 16_384)))),
  ],
  'directories of directories in GPS': [
    'image/tiff',
    () => tiffOf(directory(Array(4_000).fill(field(34_853, 16_384)))),
  ],
  'a directory of 65,535 entries': ['image/tiff', () => tiffOf(directory(Array(65_535).fill(field(256, 1))))],
  'a million elements': ['video/webm', () => webmOf('ec80', 1_000_000)],
  'an element of no name': ['video/webm', () => webmOf('00'.repeat(20))],
};

describe.each([
  ['and is whole', true, whole],
  ['and is broken', false, broken],
] as const)('is soon looked through, however it is made, %s:', (_title, isWhole, files) => {
  it.each(Object.keys(files))('%s', { timeout: soonMs }, async (name) => {
    const [mediaType, build] = files[name] as [string, () => Buffer];
    const bytes = build();
    const path = join(folder, randomUUID());
    await writeFile(path, bytes);
    expect(await wipeMetadata(path, mediaType, new AbortController().signal)).toBe(isWhole);
    expect((await readFile(path)).length).toBe(bytes.length);
    await rm(path);
  });
});
