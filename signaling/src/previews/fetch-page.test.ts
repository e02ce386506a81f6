import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FetchPageOptions, fetchPage, type Page } from './fetch-page.ts';
import { isPublicAddress } from './public-address.ts';

const testAddress = '127.0.0.1';

let server: Server;
let port: number;
let handle: RequestListener;
let requests: { url: string | undefined; host: string | undefined; headers: object }[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push({ url: request.url, host: request.headers.host, headers: request.headers });
    handle(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, testAddress, resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  requests = [];
  handle = (_request, response) =>
    response.setHeader('content-type', 'text/html; charset=utf-8').end('<title>Page</title>');
});

/** The internet, with one address of this machine that counts as being on it. */
const internet = (given: Partial<FetchPageOptions> = {}): FetchPageOptions => ({
  resolve: async () => [testAddress],
  isPublic: (address) => address === testAddress || isPublicAddress(address),
  ports: new Set([80, 443, port]),
  timeoutMs: 5_000,
  maxBytes: 64 * 1024,
  ...given,
});

const readText = async ({ body }: Page): Promise<string> => (await buffer(body as never)).toString();

const fetchText = (link: string, given: Partial<FetchPageOptions> = {}) =>
  fetchPage(link, internet(given), { read: readText });

const site = () => `http://site.example:${port}`;

it('a page is read, by its name, without cookies and credentials', async () => {
  expect(await fetchText(`${site()}/a?b=c#d`)).toBe('<title>Page</title>');
  expect(requests).toMatchObject([{ url: '/a?b=c', host: `site.example:${port}` }]);
  expect(Object.keys(requests[0]?.headers ?? {}).sort()).toEqual(
    ['accept', 'accept-encoding', 'accept-language', 'connection', 'host', 'user-agent'].sort(),
  );
});

describe('what is inside is never asked', () => {
  /** As the product has it: nothing of this machine counts as the internet. */
  const strict = { isPublic: isPublicAddress };

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://10.0.0.1/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://１２７.０.０.１/',
  ])('by the address %s', async (link) => {
    const resolve = vi.fn(async () => ['8.8.8.8']);
    await expect(fetchText(link, { ...strict, resolve })).rejects.toThrow('not a public address');
    expect(resolve).not.toHaveBeenCalled();
  });

  it.each([
    [['127.0.0.1']],
    [['::1']],
    [['169.254.169.254']],
    [['::ffff:10.0.0.1']],
    [['8.8.8.8', '10.0.0.1']],
    [['8.8.8.8', '::1']],
    [['not an address']],
  ])('by a name that has the addresses %j', async (addresses) => {
    await expect(
      fetchText('http://site.example/', { ...strict, resolve: async () => addresses }),
    ).rejects.toThrow('not a public address');
  });

  it('by a name that is nobody’s', async () => {
    await expect(fetchText('http://site.example/', { resolve: async () => [] })).rejects.toThrow(
      'no address',
    );
  });

  it('by a name that has another address a moment later: it is asked for once, and what was checked is called', async () => {
    const answers = [[testAddress], ['127.0.0.2']];
    const resolve = vi.fn(async () => answers.shift() ?? []);
    expect(await fetchText(`${site()}/`, { resolve })).toBe('<title>Page</title>');
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it.each(['http://127.0.0.2/secret', 'http://[::1]/', 'http://localhost.example/', '//10.0.0.1/x'])(
    'by a redirect to %s',
    async (location) => {
      handle = (_request, response) => response.writeHead(302, { location }).end();
      const resolve = async (name: string) => (name === 'site.example' ? [testAddress] : ['10.0.0.1']);
      await expect(fetchText(`${site()}/`, { resolve, ports: new Set([80, port]) })).rejects.toThrow(
        /not a public address|not a port/,
      );
      expect(requests).toHaveLength(1);
    },
  );

  it('by a redirect back to a name that has another address by now', async () => {
    handle = (_request, response) => response.writeHead(307, { location: '/again' }).end();
    const answers = [[testAddress], ['10.0.0.1']];
    await expect(fetchText(`${site()}/`, { resolve: async () => answers.shift() ?? [] })).rejects.toThrow(
      'not a public address',
    );
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['http://site.example:22/', 'not a port of the web'],
    ['http://site.example:6379/', 'not a port of the web'],
    ['https://site.example:8443/', 'not a port of the web'],
    ['http://user:secret@site.example/', 'it holds credentials'],
    ['http://user@site.example/', 'it holds credentials'],
    ['ftp://site.example/', 'not http'],
    ['file:///etc/passwd', 'not http'],
    ['gopher://site.example/', 'not http'],
  ])('by %s', async (link, why) => {
    await expect(fetchText(link, { ports: new Set([80, 443]) })).rejects.toThrow(why);
    expect(requests).toEqual([]);
  });

  it.each(['file:///etc/passwd', 'javascript:alert(1)', 'http://user:secret@site.example/', 'http://'])(
    'by a redirect to %s',
    async (location) => {
      handle = (_request, response) => response.writeHead(301, { location }).end();
      await expect(fetchText(`${site()}/`)).rejects.toThrow(/not http|credentials|nowhere/);
    },
  );
});

describe('redirects', () => {
  it('are followed, three of them', async () => {
    handle = (request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop < 3) response.writeHead(302, { location: `/${hop + 1}` }).end();
      else response.setHeader('content-type', 'text/html').end('there');
    };
    expect(await fetchText(`${site()}/0`)).toBe('there');
  });

  it('without an end have one', async () => {
    handle = (_request, response) => response.writeHead(302, { location: '/' }).end();
    await expect(fetchText(`${site()}/`)).rejects.toThrow('too many redirects');
    expect(requests).toHaveLength(4);
  });
});

describe('a page is bounded', () => {
  const noSocketsLeft = () => expect.poll(() => sockets.size).toBe(0);

  it('in time, whatever drips: its name, its head or its body', async () => {
    const timeoutMs = 150;
    const never = () => new Promise<string[]>(() => undefined);
    await expect(fetchText(`${site()}/`, { timeoutMs, resolve: never })).rejects.toThrow('too long');
    handle = () => undefined;
    await expect(fetchText(`${site()}/`, { timeoutMs })).rejects.toThrow('too long');
    handle = (_request, response) => {
      response.setHeader('content-type', 'text/html');
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(drip));
    };
    await expect(fetchText(`${site()}/`, { timeoutMs })).rejects.toThrow('too long');
    await noSocketsLeft();
  });

  it('in size: no more is read than the limit', async () => {
    handle = (_request, response) => {
      response.setHeader('content-type', 'text/html');
      const flood = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', flood);
      flood();
    };
    expect(await fetchText(`${site()}/`)).toHaveLength(64 * 1024);
    await noSocketsLeft();
  });

  it('in size after unpacking: a bomb is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 'x'));
    handle = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end(bomb);
    const before = process.memoryUsage().arrayBuffers;
    expect(await fetchText(`${site()}/`)).toHaveLength(64 * 1024);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    await noSocketsLeft();
  });

  it('that is packed is unpacked', async () => {
    handle = (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
        .end(gzipSync('<title>Packed</title>'));
    expect(await fetchText(`${site()}/`)).toBe('<title>Packed</title>');
  });

  it('that is broken off, or packed as nobody knows, is none', async () => {
    handle = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end('no gzip');
    await expect(fetchText(`${site()}/`)).rejects.toThrow();
    handle = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'lzma' }).end('x');
    await expect(fetchText(`${site()}/`)).rejects.toThrow('an encoding');
    handle = (request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': 100 }).write('x');
      setImmediate(() => request.socket.destroy());
    };
    await expect(fetchText(`${site()}/`)).rejects.toThrow();
    await noSocketsLeft();
  });

  it('whose reader has enough is let go', async () => {
    handle = (_request, response) => {
      response.setHeader('content-type', 'text/html').write('<title>First</title>');
    };
    const first = await fetchPage(`${site()}/`, internet(), {
      read: async ({ body }) => {
        for await (const chunk of body) return chunk.toString();
      },
    });
    expect(first).toBe('<title>First</title>');
    await noSocketsLeft();
  });

  it('ends with the server', async () => {
    handle = () => undefined;
    const closing = new AbortController();
    const fetching = fetchPage(`${site()}/`, internet(), { read: readText, closing: closing.signal });
    await expect.poll(() => requests.length).toBe(1);
    closing.abort();
    await expect(fetching).rejects.toThrow('too long');
    await noSocketsLeft();
  });
});

it.each(['image/png', 'application/json', 'text/plain', 'application/octet-stream', ''])(
  'what is %j is no page',
  async (type) => {
    handle = (_request, response) => response.writeHead(200, type ? { 'content-type': type } : {}).end('x');
    await expect(fetchText(`${site()}/`)).rejects.toThrow('not what was asked for');
  },
);

it.each([204, 206, 401, 404, 500])('an answer %d is no page', async (status) => {
  handle = (_request, response) => response.writeHead(status, { 'content-type': 'text/html' }).end();
  await expect(fetchText(`${site()}/`)).rejects.toThrow(`status ${status}`);
});
