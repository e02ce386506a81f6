import { describe, expect, it } from 'vitest';
import { kindOf, placeOfImage, sizeText } from './kinds.ts';

describe('an attachment', () => {
  it.each([
    ['image/png', 'image'],
    ['image/svg+xml', 'other'],
    ['video/mp4', 'video'],
    ['audio/ogg', 'audio'],
    ['text/html', 'other'],
  ] as const)('of the type %s is shown as %s', (mediaType, kind) => {
    expect(kindOf({ mediaType })).toBe(kind);
  });

  it('tells its size in words of the language', () => {
    expect(sizeText(532, 'en')).toBe('532 byte');
    expect(sizeText(1536, 'en')).toBe('1.5 kB');
    expect(sizeText(26_214_400, 'en')).toBe('26 MB');
    expect(sizeText(1_500_000, 'ru')).toBe('1,5 МБ');
  });

  it('keeps a place of its own shape, within bounds, before it is there', () => {
    expect(placeOfImage({ width: 4000, height: 3000 })).toEqual({ widthRem: 16 * (4 / 3), ratio: 4 / 3 });
    expect(placeOfImage({ width: 4000, height: 4000 }, true).widthRem).toBe(9);
    expect(placeOfImage({ width: 96, height: 96 }).widthRem).toBe(6);
    expect(placeOfImage({ width: 10_000, height: 100 }).ratio).toBe(4);
    expect(placeOfImage({}).ratio).toBeCloseTo(4 / 3);
  });
});
