import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ChatMessage, limits } from '@boltorezka/protocol';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAttachments } from '../src/attachments/index.ts';
import { filesOf } from './person-picture-rig.ts';
import { secretPlace, takePicture } from './pictures.ts';
import { type SmallWeb, sendLink, startSmallWeb } from './preview-rig.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, type Teammate } from './team.ts';

const maxPictureBytes = 20_000;
let small: SmallWeb;
let server: TestServer;
beforeAll(async () => {
  small = await startSmallWeb();
  server = await startTestServer({
    env: { LINK_PREVIEWS: 'on', LINK_PREVIEW_PICTURE_BYTES: String(maxPictureBytes) },
    web: small.web,
  });
});
afterAll(async () => {
  await server.close();
  await small.close();
});
const { meet, part } = createTeam(() => server);
afterEach(part);

const meta = (property: string, content: string) => `<meta property="${property}" content="${content}">`;
const pageWith = (picture: string) => small.servePage(meta('og:image', picture));
const pictureOf = (message: ChatMessage) => message.previews?.[0]?.picture;

const load = ({ token }: { token: string }, id: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/v1/previews/pictures/${id}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });

const storedFiles = async (): Promise<string[]> => {
  const found = await readdir(join(server.config.dataDir, 'attachments'), {
    recursive: true,
    withFileTypes: true,
  });
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
};

const sweep = () => createAttachments(filesOf(server)).sweeper.sweep();

/** A page with a picture, written of by somebody in a room of their own. */
const sendPage = async (person: Teammate, page?: string) => {
  const room = await gather(person);
  const link = page ?? pageWith(small.serveBytes(await takePicture({ format: 'png' }), 'image/png'));
  const message = await sendLink(person, room.slug, link);
  return { room, link, message, picture: pictureOf(message)! };
};

describe('the picture of a preview', () => {
  it('is what the page names, made small by the server, and without a word of where it was taken', async () => {
    const anna = await meet('Anna');
    const file = small.serveBytes(
      await takePicture({ format: 'jpeg', width: 1200, height: 600 }),
      'image/jpeg',
    );
    const page = small.servePage(meta('og:image', file) + meta('og:image:alt', 'Red  and\nblue'));
    const { message } = await sendPage(anna, page);
    expect(message.previews).toEqual([
      {
        url: page,
        title: 'A page',
        picture: { id: expect.any(String), width: 480, height: 240, alt: 'Red and blue' },
      },
    ]);
    const response = await load(anna, pictureOf(message)!.id);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    const bytes = Buffer.from(await response.arrayBuffer());
    const { format, width, height } = await sharp(bytes).metadata();
    expect({ format, width, height }).toEqual({
      format: 'webp',
      width: limits.previewPicturePx,
      height: 240,
    });
    expect(bytes.includes(secretPlace)).toBe(false);
    const again = await load(anna, pictureOf(message)!.id, {
      'if-none-match': response.headers.get('etag')!,
    });
    expect(again.status).toBe(304);
  });

  it.each(['og:image', 'og:image:url', 'og:image:secure_url', 'twitter:image', 'twitter:image:src'])(
    'may be named by %s, and from where the page is',
    async (name) => {
      const file = small.serveBytes(await takePicture({ format: 'webp' }), 'image/webp');
      const { picture } = await sendPage(
        await meet('Anna'),
        small.servePage(meta(name, new URL(file).pathname)),
      );
      expect(picture).toMatchObject({ width: 480, height: 320 });
    },
  );

  it('is shown to who reads the room, and to nobody else, and no more once they do not', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const { room, picture } = await sendPage(anna);
    expect((await load(anna, picture.id)).status).toBe(200);
    expect((await load(boris, picture.id)).status).toBe(404);
    expect((await load({ token: 'none' }, picture.id)).status).toBe(401);
    const asMember = { params: { slug: room.slug, user_id: boris.id } };
    await anna.done('members.set', { ...asMember, body: { role: 'member' } });
    expect((await load(boris, picture.id)).status).toBe(200);
    await anna.done('members.remove', asMember);
    expect((await load(boris, picture.id)).status).toBe(404);
  });

  it('is fetched once for all who write of the page, and is each message’s own', async () => {
    const file = small.serveBytes(await takePicture({ format: 'png' }), 'image/png');
    const page = pageWith(file);
    const [one, other] = [
      await sendPage(await meet('Anna'), page),
      await sendPage(await meet('Boris'), page),
    ];
    expect(other.picture.id).not.toBe(one.picture.id);
    expect([small.countOf(page), small.countOf(file)]).toEqual([1, 1]);
  });

  it('stays with an edit that keeps the link, and is the same', async () => {
    const anna = await meet('Anna');
    const { room, link, message, picture } = await sendPage(anna);
    await anna.request('chat.edit', { messageId: message.id, text: `see ${link}` });
    const edited = await anna.next('chat.messageChanged', ({ change }) => change === 'edited');
    expect(pictureOf(edited.message)).toEqual(picture);
    // Whatever the edit has asked for is over when a later message has its preview.
    await sendLink(anna, room.slug, link);
    const changes = anna.frames.filter(
      ({ type, payload }) =>
        type === 'chat.messageChanged' && (payload.message as ChatMessage).id === message.id,
    );
    expect(changes.map(({ payload }) => payload.change)).toEqual(['previewed', 'edited']);
    expect((await load(anna, picture.id)).status).toBe(200);
  });

  it.each(['the link is edited away', 'the message is deleted', 'the room is deleted'])(
    'goes when %s, and its file with the next sweeping',
    async (how) => {
      const anna = await meet('Anna');
      const { room, message, picture } = await sendPage(anna);
      expect(await storedFiles()).toContain(picture.id);
      if (how === 'the link is edited away')
        await anna.request('chat.edit', { messageId: message.id, text: 'nothing' });
      else if (how === 'the message is deleted') await anna.request('chat.delete', { messageId: message.id });
      else await anna.done('rooms.delete', { params: { slug: room.slug } });
      await expect.poll(async () => (await load(anna, picture.id)).status).toBe(404);
      await expect
        .poll(async () => {
          await sweep();
          return (await storedFiles()).includes(picture.id);
        })
        .toBe(false);
    },
  );

  it('counts against nobody’s quota, and all together take up so much: the oldest go', async () => {
    const anna = await meet('Anna');
    const noise = async () =>
      sharp(randomBytes(110 * 110 * 3), { raw: { width: 110, height: 110, channels: 3 } })
        .png()
        .toBuffer();
    const first = await sendPage(anna, pageWith(small.serveBytes(await noise(), 'image/png')));
    const { db } = server.database;
    const total = async () => {
      const sizes = await db.query<{ size_bytes: number }>('SELECT size_bytes FROM preview_pictures');
      return sizes.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
    };
    const [{ size_bytes: size } = { size_bytes: 0 }] = await db.query<{ size_bytes: number }>(
      'SELECT size_bytes FROM preview_pictures WHERE id = $1',
      [first.picture.id],
    );
    expect(size).toBeGreaterThan(maxPictureBytes / 4);
    for (let more = 0; more < 4; more += 1)
      await sendPage(anna, pageWith(small.serveBytes(await noise(), 'image/png')));
    await expect.poll(async () => (await load(anna, first.picture.id)).status).toBe(404);
    await expect.poll(total).toBeLessThanOrEqual(maxPictureBytes);
    expect(await db.query('SELECT id FROM attachments')).toEqual([]);
  });
});

describe('an attack by the picture that a page names', () => {
  const inside = () => `http://127.0.0.2:${small.insidePort}/secret.png`;
  const redirectTo = (location: string) =>
    small.serve((_request, response) => response.writeHead(302, { location }).end());

  const onTheInside: [string, () => string][] = [
    ['an address inside', inside],
    ['this machine, by IPv6', () => `http://[::1]:${small.insidePort}/secret.png`],
    ['an address inside, written as a number', () => `http://2130706434:${small.insidePort}/secret.png`],
    ['a name that leads inside', () => `http://inside.example:${small.insidePort}/secret.png`],
    ['a redirect that leads inside', () => redirectTo(inside())],
    ['two redirects that lead inside', () => redirectTo(redirectTo(inside()))],
    ['a redirect to a name that leads inside', () => redirectTo(`//inside.example:${small.insidePort}/x`)],
    ['the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a port that is none of the web', () => 'http://site.example:22/x.png'],
    ['an address with credentials', () => `http://user:password@site.example:${small.port}/x.png`],
    ['a file of the server', () => 'file:///etc/passwd'],
    ['data', () => 'data:image/png;base64,iVBORw0KGgo='],
  ];
  it.each(onTheInside)('reaches nothing by %s', async (_what, make) => {
    const before = small.insideRequests.length;
    const { message } = await sendPage(await meet('Anna'), pageWith(make()));
    expect(message.previews).toEqual([{ url: message.text, title: 'A page' }]);
    expect(small.insideRequests).toHaveLength(before);
  });

  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"><script>1</script></svg>';
  const bomb = () =>
    sharp({ create: { width: 9_000, height: 8_000, channels: 3, background: '#000' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
  const ofSize = (width: number, height: number) => takePicture({ format: 'png', width, height });
  const endless = () =>
    small.serve((_request, response) => {
      response.setHeader('content-type', 'image/png');
      const more = () => {
        while (!response.destroyed && response.write(randomBytes(64 * 1024)));
      };
      response.on('drain', more);
      more();
    });
  const packed = () =>
    small.serve((_request, response) =>
      response
        .setHeader('content-type', 'image/png')
        .setHeader('content-encoding', 'gzip')
        .end(gzipSync(Buffer.alloc(50_000_000))),
    );
  const drip = () =>
    small.serve((_request, response) => {
      response.setHeader('content-type', 'image/png');
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });

  const nothingToShow: [string, () => Promise<string> | string][] = [
    ['SVG', () => small.serveBytes(svg, 'image/svg+xml')],
    ['SVG that is called a PNG', () => small.serveBytes(svg, 'image/png')],
    ['a page', () => small.serveBytes('<script>1</script>', 'text/html')],
    ['a page that is called a picture', () => small.serveBytes('<script>1</script>', 'image/png')],
    ['what unpacks to gigabytes', async () => small.serveBytes(await bomb(), 'image/png')],
    ['a body that is packed a thousandfold', packed],
    ['a body without an end', endless],
    ['a body that is too large', () => small.serveBytes(randomBytes(4 * 1024 * 1024 + 1), 'image/png')],
    ['a body that drips', drip],
    ['an answer that never comes', () => small.serve(() => undefined)],
    [
      'a picture that is broken',
      async () => small.serveBytes((await ofSize(600, 400)).subarray(0, 300), 'image/png'),
    ],
    ['a dot that counts readers', async () => small.serveBytes(await ofSize(2, 1), 'image/png')],
    ['a line', async () => small.serveBytes(await ofSize(2_000, 10), 'image/png')],
    ['nothing', () => small.serve((_request, response) => response.writeHead(404).end())],
  ];
  it.each(nothingToShow)('shows nothing by %s, and the words of the page stay', async (_what, make) => {
    const before = await storedFiles();
    const { message } = await sendPage(await meet('Anna'), pageWith(await make()));
    expect(message.previews).toEqual([{ url: message.text, title: 'A page' }]);
    expect(await storedFiles()).toEqual(before);
  });
});
