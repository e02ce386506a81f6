import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download, sendUpload, upload } from './files.ts';
import { takePicture } from './pictures.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';

let server: TestServer;
type Person = Awaited<ReturnType<TestServer['register']>>;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('a file that is served', () => {
  const markup = [
    ['an SVG', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['an SVG with a prologue', 'a.svg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['HTML', 'a.html', '<!DOCTYPE html><script>alert(1)</script>'],
    ['HTML that is called a picture', 'a.png', '<html><body onload="alert(1)">'],
    ['PDF', 'a.pdf', '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'],
    ['XML', 'a.xml', '<?xml version="1.0"?><a/>'],
  ] as const;

  it.each(markup)('as %s is saved, not shown, whatever its name', async (_, name, body) => {
    const { token } = await server.register();
    const { id } = await upload(server.url, { token, name, body });
    const { headers } = await download(server.url, { id, token });
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe(`attachment; filename=${name}`);
  });

  it('stands alone wherever it is opened, and stays in no shared cache', async () => {
    const { token } = await server.register();
    const body = await takePicture({ format: 'png' });
    const { id } = await upload(server.url, { token, name: 'Кот "Тишка".png', body });
    for (const path of [id, `${id}/thumbnail`]) {
      const { headers } = await download(server.url, { id: path, token });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('cache-control')).toBe('private, no-cache');
      expect(headers.get('vary')).toContain('authorization');
      expect(headers.get('content-disposition')).toMatch(
        /^inline; filename="[^"]+"; filename\*=UTF-8''%D0%9A/,
      );
      expect(headers.get('content-encoding')).toBeNull();
    }
  });

  it('is not sent again to whoever has it, and is asked for each time', async () => {
    const { token } = await server.register();
    const { id } = await upload(server.url, { token, body: 'hello' });
    const etag = (await download(server.url, { id, token })).headers.get('etag')!;
    const known = { id, headers: { 'if-none-match': `"other", W/${etag}` } };
    const again = await download(server.url, { ...known, token });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    const foreign = await server.register();
    expect((await download(server.url, { ...known, token: foreign.token })).status).toBe(404);
  });

  it('is sent in parts, as RFC 9110 has them', async () => {
    const { token } = await server.register();
    const { id } = await upload(server.url, { token, body: '0123456789' });
    const etag = (await download(server.url, { id, token })).headers.get('etag')!;
    const ask = async (headers: Record<string, string>) => {
      const response = await download(server.url, { id, token, headers });
      return [response.status, await response.text(), response.headers.get('content-range')];
    };
    expect(await ask({ range: 'bytes=2-4' })).toEqual([206, '234', 'bytes 2-4/10']);
    expect(await ask({ range: 'bytes=8-' })).toEqual([206, '89', 'bytes 8-9/10']);
    expect(await ask({ range: 'bytes=-3' })).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await ask({ range: 'bytes=5-99' })).toEqual([206, '56789', 'bytes 5-9/10']);
    expect(await ask({ range: 'bytes=10-' })).toEqual([416, '', 'bytes */10']);
    expect(await ask({ range: 'bytes=0-1,4-5' })).toEqual([200, '0123456789', null]);
    expect(await ask({ range: 'lines=0-1' })).toEqual([200, '0123456789', null]);
    expect(await ask({ range: 'nonsense' })).toEqual([200, '0123456789', null]);
    expect(await ask({ range: 'bytes=0-1', 'if-range': etag })).toEqual([206, '01', 'bytes 0-1/10']);
    expect(await ask({ range: 'bytes=0-1', 'if-range': '"old"' })).toEqual([200, '0123456789', null]);
  });
});

describe('who may read a file', () => {
  const notThere = {
    error: 'NotFound',
    message: 'There is no such file, or it is not yours to read.',
  };

  it('that is not sent is its uploader, and nobody else, not even the owner of the room', async () => {
    const [owner, member] = [await server.register(), await server.register()];
    const { slug } = await createRoom(server.url, owner.token);
    const { id } = await upload(server.url, { token: member.token, room: slug, body: 'draft' });
    expect((await download(server.url, { id, token: member.token })).status).toBe(200);
    const foreign = await download(server.url, { id, token: owner.token });
    const missing = await download(server.url, { id: randomUUID(), token: owner.token });
    for (const response of [foreign, missing]) {
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual(notThere);
    }
  });

  it('that is sent is whoever may read its room, at that moment', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => server.register()));
    const [owner, other, guest, stranger] = people as [Person, Person, Person, Person];
    const { slug, id: roomId } = await createRoom(server.url, owner.token, { is_public: false });
    const body = await takePicture({ format: 'png' });
    const attachment = await upload(server.url, { token: owner.token, room: slug, body });
    await sendUpload(server.database.db, attachment.id);
    const { db } = server.database;
    for (const { user } of [other, guest])
      await db.query(`INSERT INTO room_members (room_id, user_id, role) VALUES ($1, $2, 'guest')`, [
        roomId,
        user.id,
      ]);
    const statuses = async (token: string) => {
      const paths = [attachment.id, `${attachment.id}/thumbnail`];
      return Promise.all(paths.map(async (id) => (await download(server.url, { id, token })).status));
    };
    for (const { token } of [guest, other]) expect(await statuses(token)).toEqual([200, 200]);
    expect(await statuses(stranger.token)).toEqual([404, 404]);
    await db.query('DELETE FROM room_members WHERE user_id = $1', [guest.user.id]);
    expect(await statuses(guest.token)).toEqual([404, 404]);
    await db.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [roomId, other.user.id]);
    expect(await statuses(other.token)).toEqual([404, 404]);
    // What somebody has brought stays theirs.
    await db.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [roomId, owner.user.id]);
    expect(await statuses(owner.token)).toEqual([200, 200]);
  });

  it('is nobody without a session', async () => {
    const { token } = await server.register();
    const { id } = await upload(server.url, { token, body: 'x' });
    expect((await fetch(`${server.url}/v1/attachments/${id}`)).status).toBe(401);
    expect((await fetch(`${server.url}/v1/attachments/${id}?token=${token}`)).status).toBe(401);
    await fetch(`${server.url}/v1/auth/logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect((await download(server.url, { id, token })).status).toBe(401);
  });

  it('whose name is nonsense is told so', async () => {
    const { token } = await server.register();
    for (const id of ['..%2f..%2fetc%2fpasswd', 'x', '%00']) {
      expect((await download(server.url, { id, token })).status).toBe(400);
    }
  });
});
