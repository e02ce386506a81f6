import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** What stands in backticks in the first column of the tables. */
const firstColumns = (text: string): string[] =>
  [...text.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );

const english = firstColumns(read('README.md'));
const isVariable = (name: string): boolean => /^[A-Z][A-Z_]+$/.test(name);

describe('the two READMEs', () => {
  it('name the same commands and variables in the same order', () => {
    expect(english.length).toBeGreaterThan(20);
    expect(firstColumns(read('README.ru.md'))).toEqual(english);
  });

  it('show the same commands to type', () => {
    const typed = (text: string) => [...text.matchAll(/^ {4,}\S.*$/gm)].map(([line]) => line);
    expect(typed(read('README.ru.md'))).toEqual(typed(read('README.md')));
  });

  it('name every variable that the server and the media node read, and no other', () => {
    const config = read('signaling/src/config.ts') + read('media/src/config.ts');
    for (const name of english.filter(isVariable)) expect(config).toContain(name);
    const wanted = [...config.matchAll(/\b(RATE_LIMIT|MEDIA)_[A-Z_]+/g)].map(([name]) => name);
    expect(english).toEqual(expect.arrayContaining(wanted));
  });

  it('name only scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = english.flatMap((command) => /^npm run ([\w:]+)/.exec(command)?.[1] ?? []);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});
