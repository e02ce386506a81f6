import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { download, upload } from '../../signaling/test/files.ts';
import { box, ebml, location } from '../../signaling/test/media-files.ts';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { launchChromium } from './browser.ts';

let server: TestServer;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  server = await startTestServer();
  browser = await launchChromium();
  page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** What the browser makes of ten pictures in green, or as many as it takes until it has recorded any. */
const record = async (mimeType: string): Promise<Buffer> => {
  const base64 = await page.evaluate(async (type) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 64 });
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: type });
    const pieces: Blob[] = [];
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    const stopped = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start();
    do {
      for (let n = 0; n < 10; n += 1) {
        context.fillStyle = `rgb(0, ${200 + n}, 0)`;
        context.fillRect(0, 0, 64, 64);
        await new Promise(requestAnimationFrame);
      }
      const told = new Promise((resolve) =>
        recorder.addEventListener('dataavailable', resolve, { once: true }),
      );
      recorder.requestData();
      await told;
    } while (pieces.every(({ size }) => size === 0));
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
  }, mimeType);
  return Buffer.from(base64, 'base64');
};

/** Plays it to its end. @returns the colour in its middle then. */
const play = (bytes: Buffer, type: string): Promise<number[]> =>
  page.evaluate(
    async (base64, mimeType) => {
      const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const video = document.createElement('video');
      video.muted = true;
      video.src = URL.createObjectURL(new Blob([content], { type: mimeType }));
      const ended = new Promise((resolve, reject) => {
        video.onended = resolve;
        video.onerror = () => reject(new Error(video.error?.message));
      });
      await video.play();
      await ended;
      const context = Object.assign(document.createElement('canvas'), { width: 64, height: 64 }).getContext(
        '2d',
      );
      context?.drawImage(video, 0, 0);
      return [...(context?.getImageData(32, 32, 1, 1).data ?? [])];
    },
    bytes.toString('base64'),
    type,
  );

/** As a phone writes it: within the movie, before all that is told by where it is. */
const tellInMp4 = (recorded: Buffer): Buffer => {
  const at = recorded.indexOf('moov', 0, 'latin1') - 4;
  const size = recorded.readUInt32BE(at);
  const told = box('udta', box('\xa9xyz', Buffer.from(location)));
  const moov = Buffer.concat([recorded.subarray(at, at + size), told]);
  moov.writeUInt32BE(moov.length, 0);
  return Buffer.concat([recorded.subarray(0, at), moov, recorded.subarray(at + size)]);
};

/** Between the tracks and the recording itself. */
const tellInWebm = (recorded: Buffer): Buffer => {
  const at = recorded.indexOf('1f43b675', 0, 'hex');
  const told = ebml('1254c367', ebml('7373', ebml('67c8', ebml('4487', Buffer.from(location)))));
  return Buffer.concat([recorded.subarray(0, at), told, recorded.subarray(at)]);
};

it.each([
  ['video/mp4', 'video/mp4;codecs=vp9', tellInMp4],
  ['video/webm', 'video/webm;codecs=vp8', tellInWebm],
] as const)(
  'what a browser recorded as %s plays when it tells its place no longer',
  async (type, codec, tell) => {
    const recorded = await record(codec);
    const told = tell(recorded);
    const { token } = await server.register();
    const { id, media_type } = await upload(server.url, { token, body: told });
    expect(media_type).toBe(type);
    const served = Buffer.from(await (await download(server.url, { id, token })).arrayBuffer());
    expect(served.length).toBe(told.length);
    expect(served.includes(location)).toBe(false);
    const [red, green, blue] = await play(served, type);
    expect(green).toBeGreaterThan(150);
    expect(Math.max(red ?? 255, blue ?? 255)).toBeLessThan(60);
    expect(await play(served, type)).toEqual(await play(recorded, type));
  },
);
