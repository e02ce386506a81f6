import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('..', import.meta.url));
const tokens = readFileSync(join(source, 'styles/tokens.css'), 'utf8');

const sheets = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.css') && !file.endsWith('tokens.css'))
  .map((file) => ({ file, css: readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '') }));

type Pair = { light: string; dark: string };

const colours = new Map<string, Pair>(
  [...tokens.matchAll(/(--[\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }],
  ),
);

/** Relative luminance, WCAG 2.2. */
const luminanceOf = (hex: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrastOf = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const grounds = ['ground', 'surface', 'raised', 'sunken', 'hover'];
const on = (ink: string, ...under: string[]): [string, string][] => under.map((ground) => [ink, ground]);

const codeInks = [...colours.keys()].filter((name) => name.startsWith('--color-code-'));

const texts: [string, string][] = [
  ...codeInks.flatMap((name) => on(name.slice('--color-'.length), 'sunken')),
  ...on('text', ...grounds, 'accent-soft', 'speaking-soft'),
  ...on('text-soft', ...grounds, 'speaking-soft'),
  ...on('accent', 'ground', 'surface', 'raised', 'sunken'),
  ...on('on-accent', 'accent', 'accent-hover'),
  ...on('on-accent-soft', 'accent-soft'),
  ...on('danger', 'surface', 'raised', 'sunken'),
  ...on('on-danger', 'danger', 'danger-hover'),
  ...on('on-danger-soft', 'danger-soft'),
  ...on('on-warning-soft', 'warning-soft'),
  ...on('speaking', 'raised', 'speaking-soft'),
];

const marks: [string, string][] = [
  ...on('edge', 'ground', 'surface', 'raised', 'sunken'),
  ...on('focus', ...grounds, 'accent-soft', 'danger-soft', 'warning-soft'),
  ...on('speaking', 'ground', 'surface', 'sunken', 'accent-soft'),
  ...on('danger', 'raised', 'surface'),
];

const readContrast = (ink: string, ground: string, theme: keyof Pair): number => {
  const [one, other] = [colours.get(`--color-${ink}`), colours.get(`--color-${ground}`)];
  if (!one || !other) throw new Error(`no such token: ${ink} or ${ground}`);
  return contrastOf(one[theme], other[theme]);
};

describe.each(['light', 'dark'] as const)('the %s palette', (theme) => {
  it.each(texts)('keeps 4.5 : 1 for the text %s on %s', (ink, ground) => {
    expect(readContrast(ink, ground, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(marks)('keeps 3 : 1 for the mark %s on %s', (ink, ground) => {
    expect(readContrast(ink, ground, theme)).toBeGreaterThanOrEqual(3);
  });

  it('keeps 4.5 : 1 for the initials on every avatar', () => {
    const ink = colours.get('--avatar-ink')!;
    for (let n = 1; n <= 8; n += 1)
      expect(contrastOf(ink[theme], colours.get(`--avatar-${n}`)![theme])).toBeGreaterThanOrEqual(4.5);
  });
});

describe('the style sheets', () => {
  it.each(sheets)('$file takes every colour, size of type and time from a token', ({ css }) => {
    expect(css.match(/#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch)a?\(/gi)).toBeNull();
    const sizes = [...css.matchAll(/font-size:\s*([^;]+)/g)].map(([, value]) => value!);
    // 1rem: below it Safari on phones zooms the page in when a field is touched.
    expect(sizes.filter((value) => !/^(var\(--text-[\w]+\)|inherit|1rem|0\.\d+em)$/.test(value))).toEqual([]);
    expect(css.match(/(transition|animation)[^;{}]*\b[1-9]\d*m?s\b(?! both)/g)).toBeNull();
  });

  it.each(sheets)('$file names no token that there is not', ({ css }) => {
    const unknown = [...css.matchAll(/var\((--[\w-]+)/g)]
      .map(([, name]) => name!)
      .filter((name) => !tokens.includes(`${name}:`) && !css.includes(`${name}:`));
    expect(unknown).toEqual([]);
  });
});
