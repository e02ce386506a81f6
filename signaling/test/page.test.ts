import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PageServer, startPageServer } from './page-server.ts';

const index = `<!doctype html><title>Болторезка</title>${'<p>Text</p>'.repeat(50)}`;
const script = `console.log('${'compressible '.repeat(200)}');`;
const picture = '<svg xmlns="http://www.w3.org/2000/svg"/>';

const withCompressed = (path: string, text: string) => ({
  [path]: text,
  [`${path}.br`]: brotliCompressSync(text),
  [`${path}.gz`]: gzipSync(text),
});

let server: PageServer;

beforeAll(async () => {
  server = await startPageServer({
    ...withCompressed('index.html', index),
    ...withCompressed('assets/app-1a2b3c.js', script),
    'assets/app-1a2b3c.js.map': '{}',
    'favicon.svg': picture,
  });
});
afterAll(() => server.close());

const scriptPath = '/assets/app-1a2b3c.js';
const browser = { 'accept-encoding': 'gzip, deflate, br, zstd' };
const immutable = 'public, max-age=31536000, immutable';

const decode = { br: brotliDecompressSync, gzip: gunzipSync, identity: (body: Buffer) => body };

describe('the page', () => {
  it('may run the script that stands in it, and nobody else may put one there', async () => {
    const boot = "document.documentElement.dataset.theme = 'dark';";
    const page = await startPageServer({ 'index.html': `<!doctype html><script>${boot}</script>` });
    const { headers } = await page.ask('/');
    await page.close();
    const hash = createHash('sha256').update(boot).digest('base64');
    expect(headers['content-security-policy']).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  for (const [asked, encoding] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['gzip, br;q=0', 'gzip'],
    ['deflate', 'identity'],
    ['identity', 'identity'],
  ] as const) {
    it(`comes as ${encoding} where "${asked}" is accepted`, async () => {
      for (const [path, text, type, cached] of [
        [scriptPath, script, 'application/javascript; charset=utf-8', immutable],
        ['/', index, 'text/html; charset=utf-8', 'no-cache'],
        ['/index.html', index, 'text/html; charset=utf-8', 'no-cache'],
        ['/rooms/general', index, 'text/html; charset=utf-8', 'no-cache'],
      ] as const) {
        const headers = { 'accept-encoding': asked, accept: 'text/html' };
        const answer = await server.ask(path, { headers });
        expect(answer.status).toBe(200);
        expect(answer.headers['content-encoding'] ?? 'identity').toBe(encoding);
        expect(answer.headers['content-type']).toBe(type);
        expect(answer.headers['cache-control']).toBe(cached);
        expect(answer.headers.vary).toContain('accept-encoding');
        expect(answer.headers['content-length']).toBe(String(answer.body.length));
        expect(decode[encoding](answer.body).toString()).toBe(text);
      }
    });
  }

  it('comes as it is where nothing is said of encodings', async () => {
    const { headers, body } = await server.ask(scriptPath);
    expect(headers['content-encoding']).toBeUndefined();
    expect(body.toString()).toBe(script);
  });

  it('falls back to the file where the build left nothing compressed', async () => {
    const { status, headers, body } = await server.ask('/favicon.svg', { headers: browser });
    expect([status, headers['content-type'], headers['content-encoding']]).toEqual([
      200,
      'image/svg+xml',
      undefined,
    ]);
    expect(body.toString()).toBe(picture);
  });

  it('answers HEAD with the headers of GET', async () => {
    const headers = { ...browser, accept: 'text/html' };
    for (const path of [scriptPath, '/', '/rooms/general']) {
      const get = await server.ask(path, { headers });
      const head = await server.ask(path, { method: 'HEAD', headers });
      expect([head.status, head.body.length]).toEqual([200, 0]);
      for (const name of [
        'content-length',
        'content-encoding',
        'content-type',
        'cache-control',
        'etag',
        'vary',
      ]) {
        expect(head.headers[name], `${name} of ${path}`).toBe(get.headers[name]);
      }
    }
  });

  it('sends a part of what it would have sent whole', async () => {
    const whole = await server.ask(scriptPath, { headers: browser });
    const part = await server.ask(scriptPath, { headers: { ...browser, range: 'bytes=4-9' } });
    expect([part.status, part.headers['content-encoding']]).toEqual([206, 'br']);
    expect(part.headers['content-range']).toBe(`bytes 4-9/${whole.body.length}`);
    expect(part.body).toEqual(whole.body.subarray(4, 10));
  });

  it('is not sent again where it has not changed, and each encoding has a tag of its own', async () => {
    const br = await server.ask('/', { headers: browser });
    const plain = await server.ask('/');
    expect(br.headers.etag).not.toBe(plain.headers.etag);
    const again = await server.ask('/', { headers: { ...browser, 'if-none-match': br.headers.etag ?? '' } });
    expect([again.status, again.headers['cache-control'], again.body.length]).toEqual([304, 'no-cache', 0]);
  });

  it('keeps the compressed files from being addresses', async () => {
    expect((await server.ask(`${scriptPath}.br`)).status).toBe(404);
    expect((await server.ask('/index.html.gz')).status).toBe(404);
  });
});

describe('the build', () => {
  const root = fileURLToPath(new URL('../../web/dist', import.meta.url));

  it('leaves each text compressed, unless that would be longer', () => {
    expect(existsSync(root), 'web/dist is missing: run npm run setup first').toBe(true);
    const texts = globSync('**/*.{js,css,html,svg,json}', { cwd: root }).map((name) => `${root}/${name}`);
    expect(texts.length).toBeGreaterThan(2);
    for (const file of texts) {
      const text = readFileSync(file);
      if (text.length < 200) continue;
      expect(brotliDecompressSync(readFileSync(`${file}.br`)), file).toEqual(text);
      expect(gunzipSync(readFileSync(`${file}.gz`)), file).toEqual(text);
    }
    expect(globSync('**/*.map.{br,gz}', { cwd: root })).toEqual([]);
  });
});
