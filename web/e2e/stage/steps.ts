import type { Page } from 'puppeteer-core';
import { testId } from '../test-id.ts';
import type { Stage, Variant, Visit } from './stage.ts';

export const sees = async (page: Page, id: string, more = ''): Promise<void> => {
  await page.waitForSelector(`${testId(id)}${more}`, { visible: true });
};

/** What was said is shown before the room is joined; to answer, to react and to attach have to wait for that. */
export const isJoined = (page: Page): Promise<void> => sees(page, 'room', '[data-status="joined"]');

/** Waits until something that fits the selector says this. A tab that is not in front draws no frames: it is asked by the clock. */
export const says = (page: Page, selector: string, text: string) =>
  page.waitForFunction(
    (wanted, words) =>
      [...document.querySelectorAll(wanted)].some((node) => node.textContent?.includes(words)),
    { polling: 100 },
    selector,
    text,
  );

export const click = (page: Page, id: string): Promise<void> => page.locator(testId(id)).click();

export const fill = (page: Page, id: string, text: string): Promise<void> =>
  page.locator(testId(id)).fill(text);

/** Somebody who has just signed up, in a room. */
export const enter = async (stage: Stage, variant: Variant, visit: Visit = {}): Promise<Page> => {
  const { token } = await stage.world.register(stage.world.newcomerName);
  const page = await stage.visit(variant, { token, path: '/r/design', ...visit });
  await sees(page, 'chat-input');
  return page;
};

/** A microphone that does something else than to open. */
export const withMicrophone =
  (behaviour: 'asks' | 'NotAllowedError' | 'NotFoundError' | 'NotReadableError') =>
  (page: Page): Promise<unknown> =>
    page.evaluateOnNewDocument((name) => {
      navigator.mediaDevices.getUserMedia = () =>
        name === 'asks' ? new Promise(() => {}) : Promise.reject(new DOMException('', name));
    }, behaviour);

/** A network that media gets through no more, as soon as the page is told to lose it. */
export const withLosableMedia = (page: Page): Promise<unknown> =>
  page.evaluateOnNewDocument(() => {
    const connections: RTCPeerConnection[] = [];
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
    addEventListener('lose-media', () => {
      for (const connection of connections) {
        Object.defineProperty(connection, 'connectionState', { value: 'disconnected' });
        connection.dispatchEvent(new Event('connectionstatechange'));
      }
    });
  });

/** Answers what the page asks of the server's API in the server's place. */
export const answering =
  (path: RegExp, answer: { status: number; body: unknown } | 'never') =>
  async (page: Page): Promise<void> => {
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const isMine = path.test(new URL(request.url()).pathname);
      if (isMine && answer === 'never') return;
      const reply =
        isMine && answer !== 'never'
          ? request.respond({
              status: answer.status,
              contentType: 'application/json',
              body: JSON.stringify(answer.body),
            })
          : request.continue();
      reply.catch(() => {});
    });
  };

/** Makes the server refuse what is written: on its way out, each message loses its text. */
export const spoilingMessages = (page: Page): Promise<unknown> =>
  page.evaluateOnNewDocument(() => {
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      const isMessage = typeof data === 'string' && data.includes('"chat.send"');
      send.call(this, isMessage ? data.replace(/"text":"[^"]*"/, '"text":""') : data);
    };
  });

/** Everything that moves or loads has come to rest. */
export const settle = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    await document.fonts.ready;
    const endings = document.getAnimations().map((animation) => animation.finished.catch(() => undefined));
    await Promise.all(endings);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
