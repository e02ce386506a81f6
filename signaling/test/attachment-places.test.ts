import { afterAll, beforeAll, expect, it } from 'vitest';
import { mayBeInline } from '../src/attachments/policy.ts';
import { download, sendUpload, upload } from './files.ts';
import { heic, location, movie, webm } from './media-files.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { tiff } from './tiff-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** What somebody else in the room is given of it. */
const share = async (body: Uint8Array) => {
  const [sender, reader] = [await server.register(), await server.register()];
  const { id, media_type } = await upload(server.url, { token: sender.token, body });
  await sendUpload(server.database.db, id);
  const response = await download(server.url, { id, token: reader.token });
  return { media_type, response, bytes: Buffer.from(await response.arrayBuffer()) };
};

const shared: Record<string, (isWiped: boolean) => Buffer> = {
  'video/mp4': (isWiped) => movie({ isWiped, brand: 'isom' }),
  'video/quicktime': (isWiped) => movie({ isWiped }),
  'audio/x-m4a': (isWiped) => movie({ isWiped, brand: 'M4A ' }),
  'video/webm': (isWiped) => webm({ isWiped }),
  'image/heic': (isWiped) => heic({ isWiped }),
  'image/tiff': (isWiped) => tiff({ isLittle: true, isBig: false }, { isWiped }),
};

it.each(Object.entries(shared))(
  '%s tells nobody in the room where it was taken',
  async (mediaType, build) => {
    const { media_type, response, bytes } = await share(build(false));
    expect(media_type).toBe(mediaType);
    expect(response.headers.get('content-disposition')).toMatch(
      mayBeInline(mediaType) ? /^inline;/ : /^attachment;/,
    );
    expect(bytes.includes(location)).toBe(false);
    expect(bytes.equals(build(true))).toBe(true);
  },
);

it('a video that is broken is saved, not shown', async () => {
  const { media_type, response } = await share(movie({ brand: 'isom' }).subarray(0, -4));
  expect(media_type).toBe('application/octet-stream');
  expect(response.headers.get('content-disposition')).toMatch(/^attachment;/);
});
