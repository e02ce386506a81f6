import fc from 'fast-check';
import { expect, it } from 'vitest';
import { summarise } from './parse-page.ts';

const url = new URL('https://example.org/');

const summaryOf = (
  html: string | Uint8Array,
  { charset, chunkBytes = 7 }: { charset?: string; chunkBytes?: number } = {},
) => {
  const bytes = Buffer.from(html as string);
  const body = async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  };
  return summarise({ url, charset, body: body() });
};

it('Open Graph comes before Twitter’s names, and those before the title', async () => {
  const page = `<head><title>Title</title><meta name="description" content="Description">
    <meta name="twitter:title" content="Tweeted"><meta property="og:title" content="Graphed">
    <meta property="og:site_name" content="Site"></head>`;
  expect(await summaryOf(page)).toEqual({ title: 'Graphed', description: 'Description', siteName: 'Site' });
  expect(await summaryOf('<title>Only &amp; alone</title>')).toEqual({ title: 'Only & alone' });
});

it('entities are read, and markup in them stays text', async () => {
  const page = '<meta property="og:title" content="&lt;script&gt;alert(1)&lt;/script&gt; &#x41F;&eacute;">';
  expect(await summaryOf(page)).toEqual({ title: '<script>alert(1)</script> Пé' });
});

it('a page without a title has no preview', async () => {
  expect(await summaryOf('<head><meta name="description" content="x"></head>')).toBeUndefined();
  expect(await summaryOf('<title> \u200b\u0007 </title>')).toBeUndefined();
  expect(await summaryOf('')).toBeUndefined();
});

it('what comes after the head is not read: pictures have titles as well', async () => {
  const page =
    '<head><title>Page</title></head><body><svg><title>Icon</title></svg><meta property="og:title" content="Not I">';
  expect(await summaryOf(page, { chunkBytes: 1 })).toEqual({ title: 'Page' });
});

it('texts are one line, bounded, and turn no direction', async () => {
  const long = 'слово '.repeat(500);
  const summary = await summaryOf(
    `<title>a\u202e\u0000b\r\n  c</title><meta name="description" content="${long}">`,
  );
  expect(summary?.title).toBe('ab c');
  expect([...(summary?.description ?? '')].length).toBeLessThanOrEqual(400);
  expect(summary?.description?.endsWith('слово…')).toBe(true);
});

it.each([
  ['windows-1251', Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2])],
  ['koi8-r', Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4])],
])('%s is read by the header, or by the page’s own word', async (charset, hello) => {
  const title = Buffer.concat([Buffer.from('<title>'), hello, Buffer.from('</title>')]);
  expect(await summaryOf(title, { charset })).toEqual({ title: 'Привет' });
  const own = Buffer.concat([Buffer.from(`<meta charset="${charset}">`), title]);
  expect(await summaryOf(own)).toEqual({ title: 'Привет' });
  expect(await summaryOf(own, { charset: 'x-unheard-of' })).toEqual({ title: 'Привет' });
});

it('a character that is cut in two by the network is whole', async () => {
  expect(await summaryOf(`<title>${'кот 🐈 '.repeat(20)}</title>`, { chunkBytes: 1 })).toMatchObject({
    title: expect.stringContaining('кот 🐈 кот 🐈'),
  });
});

it('any bytes are read without harm', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 60 }), async (bytes, text) => {
      const page = Buffer.concat([Buffer.from('<meta property=og:title content='), Buffer.from(text), bytes]);
      const summary = await summaryOf(page);
      expect([...(summary?.title ?? '')].length).toBeLessThanOrEqual(200);
      expect(summary?.title ?? '').not.toMatch(/[\p{Cc}\u202e]/u);
    }),
    { seed: 11, numRuns: 300 },
  );
});

it.each([
  ['/a.png', 'https://example.org/a.png'],
  ['//cdn.example/a.png', 'https://cdn.example/a.png'],
  [' http://cdn.example/a b.png ', 'http://cdn.example/a%20b.png'],
])('the picture that a page names as %j is at %s', async (named, at) => {
  const page = `<title>Page</title><meta property="og:image" content="${named}">`;
  expect(await summaryOf(page)).toEqual({ title: 'Page', picture: { url: at } });
});

it.each([
  '',
  ' ',
  'javascript:alert(1)',
  'data:image/png;base64,x',
  'file:///etc/passwd',
  'http://[',
  `/${'x'.repeat(3_000)}`,
])('a picture at %j is none', async (named) => {
  const page = `<title>Page</title><meta property="og:image" content="${named}">`;
  expect(await summaryOf(page)).toEqual({ title: 'Page' });
});

it('the first address that is one names the picture, and its words are cleaned', async () => {
  const page = `<title>Page</title><meta property="og:image" content="data:,"><meta name="twitter:image" content="/b.png">
    <meta property="og:image:alt" content=" A\u202E  cat ">`;
  expect(await summaryOf(page)).toEqual({
    title: 'Page',
    picture: { url: 'https://example.org/b.png', alt: 'A cat' },
  });
});
