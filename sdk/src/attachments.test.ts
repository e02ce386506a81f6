import { AppError, type RestAttachment } from '@boltorezka/protocol';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { uuid } from '../test/scripted-server.ts';
import { createAttachments, UnreadableFileError, type UploadProgress } from './attachments.ts';

const stored: RestAttachment = {
  id: uuid(7),
  name: 'cat.png',
  media_type: 'image/png',
  size_bytes: 5,
  has_thumbnail: true,
};
const attachment = { id: uuid(7), name: 'cat.png', mediaType: 'image/png', sizeBytes: 5, hasThumbnail: true };
const file = new Blob(['bytes']);

/** What a browser's does, as far as the client looks. */
class FakeXhr {
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {};
  readonly headers: Record<string, string> = {};
  status = 0;
  responseText = '';
  url = '';
  isAborted = false;
  sent: Blob | undefined;
  onload?: () => void;
  onerror?: () => void;
  open(_method: string, url: string): void {
    this.url = url;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getResponseHeader(name: string): string | null {
    return name === 'retry-after' && this.status === 429 ? '2' : null;
  }
  send(body: Blob): void {
    this.sent = body;
  }
  abort(): void {
    this.isAborted = true;
  }
  answer(status: number, body: object): void {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

let answers: (() => Promise<Response>)[];
let onUnauthorized: ReturnType<typeof vi.fn<(token: string) => Promise<string | null>>>;
const fetching = vi.fn(
  (_url: string, _init: RequestInit) => answers.shift()?.() ?? Promise.reject(new TypeError()),
);

const start = (xhr?: FakeXhr) =>
  createAttachments({
    baseUrl: 'http://server.example',
    fetch: fetching as unknown as typeof fetch,
    getToken: () => 'the token',
    onUnauthorized,
    ...(xhr && { createXhr: () => xhr as unknown as XMLHttpRequest }),
  });

const answer = (status: number, body: object | Blob, headers: Record<string, string> = {}) => {
  const response = new Response(body instanceof Blob ? body : JSON.stringify(body), { status, headers });
  answers.push(async () => response);
};

beforeEach(() => {
  answers = [];
  onUnauthorized = vi.fn(async () => null);
  fetching.mockClear();
});

describe('uploading', () => {
  it('sends the bytes with the token and the name, and answers what was stored', async () => {
    answer(201, { attachment: stored });
    expect(await start().upload('general', file, { name: 'кот & пёс.png' })).toEqual(attachment);
    const [url, init] = fetching.mock.calls[0] ?? [];
    expect(url).toBe(
      'http://server.example/v1/rooms/general/attachments?name=%D0%BA%D0%BE%D1%82+%26+%D0%BF%D1%91%D1%81.png',
    );
    expect(init).toMatchObject({
      method: 'POST',
      body: file,
      headers: { authorization: 'Bearer the token' },
    });
  });

  it('tells what has left, where the platform can', async () => {
    const xhr = new FakeXhr();
    const told: UploadProgress[] = [];
    const uploading = start(xhr).upload('general', file, {
      name: 'a',
      onProgress: (each) => told.push(each),
    });
    xhr.upload.onprogress?.({ loaded: 2 });
    xhr.answer(201, { attachment: stored });
    expect(await uploading).toEqual(attachment);
    expect(told).toEqual([{ sentBytes: 2, totalBytes: 5 }]);
    expect(xhr.sent).toBe(file);
    expect(xhr.headers.authorization).toBe('Bearer the token');
    expect(fetching).not.toHaveBeenCalled();
  });

  it('tells at the end, where the platform cannot', async () => {
    answer(201, { attachment: stored });
    const told: UploadProgress[] = [];
    await start().upload('general', file, { name: 'a', onProgress: (each) => told.push(each) });
    expect(told).toEqual([{ sentBytes: 5, totalBytes: 5 }]);
  });

  it('rejects with what the server said, by either way', async () => {
    const refusal = { error: 'PayloadTooLarge', message: 'A file may have 25 MiB at most.' };
    answer(413, refusal);
    await expect(start().upload('general', file, { name: 'a' })).rejects.toMatchObject({
      code: 'PayloadTooLarge',
      message: refusal.message,
    });
    const xhr = new FakeXhr();
    const uploading = start(xhr).upload('general', file, { name: 'a', onProgress: () => undefined });
    xhr.answer(429, { error: 'RateLimited', message: 'Wait.' });
    await expect(uploading).rejects.toMatchObject({ code: 'RateLimited', retryAfterMs: 2_000 });
  });

  it('rejects with Unavailable where the network is away', async () => {
    answers.push(() => Promise.reject(new TypeError('Failed to fetch')));
    const failure = await start()
      .upload('general', file, { name: 'a' })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: 'Unavailable', retryable: true });
    const xhr = new FakeXhr();
    const uploading = start(xhr).upload('general', file, { name: 'a', onProgress: () => undefined });
    xhr.onerror?.();
    await expect(uploading).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('tells a file that cannot be read from a network that is away', async () => {
    const gone = new Blob(['bytes']);
    gone.slice = () => {
      const part = new Blob();
      part.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
      return part;
    };
    const xhr = new FakeXhr();
    const uploading = start(xhr).upload('general', gone, { name: 'a', onProgress: () => undefined });
    xhr.onerror?.();
    await expect(uploading).rejects.toBeInstanceOf(UnreadableFileError);
    await expect(uploading).rejects.toMatchObject({ retryable: false });
  });

  it('ends when its signal does, with its reason', async () => {
    const xhr = new FakeXhr();
    const stop = new AbortController();
    const options = { name: 'a', onProgress: () => undefined, signal: stop.signal };
    const uploading = start(xhr).upload('general', file, options);
    stop.abort();
    await expect(uploading).rejects.toBe(stop.signal.reason);
    expect(xhr.isAborted).toBe(true);
    const late = new FakeXhr();
    await expect(start(late).upload('general', file, options)).rejects.toBe(stop.signal.reason);
    expect(late.sent).toBeUndefined();
  });

  it('says that the session has ended', async () => {
    answer(401, { error: 'Unauthorized', message: 'Sign in.' });
    await expect(start().upload('general', file, { name: 'a' })).rejects.toMatchObject({
      code: 'Unauthorized',
    });
    expect(onUnauthorized).toHaveBeenCalledWith('the token');
  });

  it('does not take anything for an answer', async () => {
    answer(201, { attachment: { id: 'x' } });
    await expect(start().upload('general', file, { name: 'a' })).rejects.toMatchObject({
      code: 'ServerError',
    });
  });
});

describe('taking back', () => {
  it('deletes what was not sent, with the token, and rejects with what the server said', async () => {
    answer(200, { ok: true });
    await start().discard(uuid(7));
    expect(fetching.mock.calls[0]).toMatchObject([
      `http://server.example/v1/attachments/${uuid(7)}`,
      { method: 'DELETE', headers: { authorization: 'Bearer the token' } },
    ]);
    answer(404, { error: 'NotFound', message: 'There is no such file.' });
    await expect(start().discard(uuid(7))).rejects.toMatchObject({ code: 'NotFound' });
  });
});

describe('loading', () => {
  it('fetches a file or its small picture with the token', async () => {
    answer(200, new Blob(['bytes']), { 'content-type': 'image/png' });
    const blob = await start().load(uuid(7));
    expect(await blob.text()).toBe('bytes');
    expect(blob.type).toBe('image/png');
    answer(200, new Blob(['small']));
    await start().load(uuid(7), { thumbnail: true });
    expect(fetching.mock.calls.map(([url]) => url)).toEqual([
      `http://server.example/v1/attachments/${uuid(7)}`,
      `http://server.example/v1/attachments/${uuid(7)}/thumbnail`,
    ]);
    expect(fetching.mock.calls[0]?.[1]).toMatchObject({ headers: { authorization: 'Bearer the token' } });
  });

  it('rejects with what the server said, and with the reason of its signal', async () => {
    answer(404, { error: 'NotFound', message: 'There is no such file.' });
    await expect(start().load(uuid(7))).rejects.toMatchObject({ code: 'NotFound' });
    const stop = new AbortController();
    stop.abort();
    answers.push(() => Promise.reject(stop.signal.reason));
    await expect(start().load(uuid(7), { signal: stop.signal })).rejects.toBe(stop.signal.reason);
  });
});

it('the picture of a preview is fetched from our server, with the token', async () => {
  answer(200, new Blob(['small']));
  expect(await (await start().loadPreview(uuid(9))).text()).toBe('small');
  const [url, init] = fetching.mock.calls[0] ?? [];
  expect(url).toBe(`http://server.example/v1/previews/pictures/${uuid(9)}`);
  expect(init?.headers).toEqual({ authorization: 'Bearer the token' });
});
