import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { closeCodes, errorStatuses, events, requests, routes } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PageServer, startPageServer } from './page-server.ts';

let server: PageServer;

beforeAll(async () => {
  server = await startPageServer({ 'index.html': '<!doctype html><title>The page</title>' });
});
afterAll(() => server.close());

const readDocument = (name: string): string =>
  readFileSync(new URL(`../../docs/api/${name}.json`, import.meta.url), 'utf8');

interface Contract {
  components: { schemas: Record<string, unknown> };
}

const schemaNames = (name: string): string[] =>
  Object.keys((JSON.parse(readDocument(name)) as Contract).components.schemas);

const readPage = async (): Promise<string> => (await server.ask('/docs')).body.toString();

const idsOf = (page: string): string[] => [...page.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);

describe('the API documentation', () => {
  it('describes every REST call, request, event, error code, close code and schema of the contract', async () => {
    const ids = idsOf(await readPage());
    expect(ids).toEqual(
      expect.arrayContaining([
        ...Object.keys(routes).map((name) => `rest.${name}`),
        ...Object.keys(requests).map((type) => `socket.${type}`),
        ...Object.keys(events).map((type) => `socket.${type}`),
        'socket.nack',
        ...Object.keys(errorStatuses).map((code) => `error.${code}`),
        ...Object.values(closeCodes).map((code) => `close.${code}`),
        ...[...schemaNames('openapi'), ...schemaNames('asyncapi')].map((name) => `schema.${name}`),
      ]),
    );
    expect(ids).toHaveLength(new Set(ids).size);
  });

  it('wears the colours of the web client, but for one of its own', () => {
    const coloursOf = (path: string): string[] =>
      [...readFileSync(new URL(path, import.meta.url), 'utf8').matchAll(/(--[\w-]+): (light-dark\(.*\));/g)]
        .filter(([, name]) => name !== '--literal')
        .map(([, , colour = '']) => colour);
    const own = coloursOf('../src/docs/styles/frame.css');
    expect(own.length).toBeGreaterThan(5);
    expect(coloursOf('../../web/src/styles/tokens.css')).toEqual(expect.arrayContaining(own));
  });

  it('has an end to every link', async () => {
    const page = await readPage();
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
    expect(targets.filter((target) => !idsOf(page).includes(target ?? ''))).toEqual([]);
  });

  it('shows golden frames, limits and refusals', async () => {
    const text = (await readPage()).replaceAll(/<[^>]+>/g, '');
    expect(text).toContain('&quot;type&quot;: &quot;voice.join&quot;');
    expect(text).toContain('Answer: coming back');
    expect(text).toContain('RoomSlug, string, 3 to 48 characters');
    expect(text).toContain('Over REST: 429');
    expect(text).toContain('The server closes with one of these codes: the close codes below.');
    expect(text).not.toMatch(/undefined|\[object/);
  });

  it('loads nothing but its own style, under the policy of every other page', async () => {
    const { headers, body } = await server.ask('/docs');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['content-security-policy']).toContain("style-src 'self'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    const page = body.toString();
    expect(page).not.toMatch(/<script|<style| style=| src=| on\w+=/);
    const loaded = [...page.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, href]) => href);
    expect(loaded).toEqual(['/favicon.svg', '/docs/docs.css']);
    const style = await server.ask('/docs/docs.css');
    expect(style.headers['content-type']).toBe('text/css; charset=utf-8');
    expect(style.body.toString()).not.toMatch(/url\(|@import/);
  });

  it('hands out both documents word for word', async () => {
    for (const name of ['openapi', 'asyncapi']) {
      const { status, headers, body } = await server.ask(`/docs/${name}.json`);
      expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
      expect(body.toString()).toBe(readDocument(name));
    }
  });

  it('is compressed as asked, and not sent again where it has not changed', async () => {
    const plain = await server.ask('/docs');
    const br = await server.ask('/docs', { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    const gz = await server.ask('/docs', { headers: { 'accept-encoding': 'gzip, br;q=0' } });
    expect([br.headers['content-encoding'], gz.headers['content-encoding']]).toEqual(['br', 'gzip']);
    expect(brotliDecompressSync(br.body)).toEqual(plain.body);
    expect(gunzipSync(gz.body)).toEqual(plain.body);
    expect(plain.headers.vary).toBe('accept-encoding');
    expect(plain.headers['content-encoding']).toBeUndefined();
    const again = await server.ask('/docs', { headers: { 'if-none-match': plain.headers.etag ?? '' } });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('answers HEAD as GET, and other methods not at all', async () => {
    const get = await server.ask('/docs');
    const head = await server.ask('/docs', { method: 'HEAD' });
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect((await server.ask('/docs', { method: 'POST' })).status).toBe(404);
  });

  it('has nothing below it but its files, even for a browser that navigates', async () => {
    const headers = { accept: 'text/html' };
    expect((await server.ask('/docs/nothing', { headers })).status).toBe(404);
    expect((await server.ask('/docs/../package.json', { headers })).status).toBe(404);
    const slash = await server.ask('/docs/', { headers });
    expect([slash.status, slash.headers.location]).toEqual([308, '/docs']);
    expect((await server.ask('/docs', { headers })).body.toString()).toContain('Boltorezka API');
  });

  it('is limited as REST calls of an address are', async () => {
    const strict = await startPageServer({ 'index.html': '' }, { RATE_LIMIT_REST_PER_MINUTE: '2' });
    const statuses: number[] = [];
    for (const path of ['/docs', '/docs', '/docs']) {
      statuses.push((await strict.ask(path)).status);
    }
    await strict.close();
    expect(statuses).toEqual([200, 200, 429]);
  });
});
