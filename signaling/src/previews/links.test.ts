import { expect, it } from 'vitest';
import { linksIn } from './links.ts';

it.each([
  ['see https://example.org/a.', ['https://example.org/a']],
  ['(https://example.org/a_(b))', ['https://example.org/a_(b)']],
  ['https://a.example https://b.example/x?y=1#z', ['https://a.example', 'https://b.example/x?y=1#z']],
  ['https://a.example and again https://a.example', ['https://a.example']],
  ['**https://a.example**', ['https://a.example']],
  ['смотри https://пример.рф/путь, там всё', ['https://пример.рф/путь']],
  [
    'https://1.example https://2.example https://3.example https://4.example',
    ['https://1.example', 'https://2.example', 'https://3.example'],
  ],
  ['ftp://a.example javascript:alert(1) file:///etc/passwd data:text/html,x http//x', []],
  ['https:// http://[ https://%', []],
  [`https://a.example/${'x'.repeat(3_000)}`, []],
  ['no links', []],
])('in %j are %j', (text, expected) => {
  expect(linksIn(text)).toEqual(expected);
});

it('a text made to be slow to read is read at once', () => {
  const startedAt = performance.now();
  linksIn(`https://${')'.repeat(4_000)}`);
  linksIn('http://'.repeat(570));
  expect(performance.now() - startedAt).toBeLessThan(500);
});
