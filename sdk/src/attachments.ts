import { AppError, type Attachment, type RestAttachment, routes, toCamelCase } from '@boltorezka/protocol';
import { type HttpDeps, toHttpError, toPath, unreachable } from './http.ts';

export interface UploadProgress {
  sentBytes: number;
  totalBytes: number;
}

export interface UploadOptions {
  name: string;
  /** Told as the bytes leave; where the platform cannot tell, once, at the end. */
  onProgress?: (progress: UploadProgress) => void;
  signal?: AbortSignal;
}

/** Files. Their promises reject with an `AppError`, or with the signal's reason where that has ended them. */
export interface Attachments {
  /** Uploads a file to a room. It is nobody else's until a message is sent with it. */
  upload(roomSlug: string, file: Blob, options: UploadOptions): Promise<Attachment>;
  /** Fetches a file, or the small picture of one that has it. Its address alone opens nothing: it takes the session's token. */
  load(id: string, options?: { thumbnail?: boolean; signal?: AbortSignal }): Promise<Blob>;
}

export interface AttachmentsDeps extends HttpDeps {
  /** What tells how much has left; none where there is none. */
  createXhr?: () => XMLHttpRequest;
}

const loadTimeoutMs = 60_000;

/** The server ends what is slower. */
const slowestBytesPerMs = 16;
const graceMs = 30_000;

interface Sending {
  url: string;
  token: string | null;
  file: Blob;
  signal: AbortSignal;
  onProgress: (progress: UploadProgress) => void;
}

const authorization = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

const sendByFetch = async (sending: Sending, send: typeof fetch): Promise<Response> => {
  const { url, token, file, signal, onProgress } = sending;
  const headers = { ...authorization(token), 'content-type': 'application/octet-stream' };
  const response = await send(url, { method: 'POST', headers, body: file, signal });
  onProgress({ sentBytes: file.size, totalBytes: file.size });
  return response;
};

/** `fetch` does not say how much of a body has left. */
const sendByXhr = (
  { url, token, file, signal, onProgress }: Sending,
  createXhr: () => XMLHttpRequest,
): Promise<Response> => {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const xhr = createXhr();
  xhr.open('POST', url);
  for (const [name, value] of Object.entries(authorization(token))) xhr.setRequestHeader(name, value);
  xhr.setRequestHeader('content-type', 'application/octet-stream');
  xhr.upload.onprogress = ({ loaded }) => onProgress({ sentBytes: loaded, totalBytes: file.size });
  xhr.onload = () => {
    const retryAfter = xhr.getResponseHeader('retry-after');
    const headers = retryAfter === null ? {} : { 'retry-after': retryAfter };
    resolve(new Response(xhr.responseText, { status: xhr.status, headers }));
  };
  xhr.onerror = () => reject(new TypeError('the upload failed'));
  const abort = () => {
    xhr.abort();
    reject(signal.reason);
  };
  if (signal.aborted) abort();
  else {
    signal.addEventListener('abort', abort, { once: true });
    xhr.send(file);
  }
  return promise.finally(() => signal.removeEventListener('abort', abort));
};

const readAttachment = async (response: Response): Promise<Attachment> => {
  const body: unknown = await response.json().catch((cause) => {
    throw unreachable(cause);
  });
  const parsed = routes['attachments.upload'].responses[201].safeParse(body);
  if (!parsed.success) throw new AppError('ServerError', 'The answer of the server cannot be read.');
  return toCamelCase<Attachment>(parsed.data.attachment as RestAttachment);
};

const defaultXhr = (): (() => XMLHttpRequest) | undefined =>
  'XMLHttpRequest' in globalThis ? () => new XMLHttpRequest() : undefined;

const combined = (timeoutMs: number, signal: AbortSignal | undefined): AbortSignal => {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([timeout, signal]) : timeout;
};

/** A token that has run out is renewed, and the attempt made once more. */
const createChecked =
  (deps: Pick<AttachmentsDeps, 'getToken' | 'onUnauthorized'>) =>
  async (attempt: (token: string | null) => Promise<Response>, signal: AbortSignal | undefined) => {
    const tryWith = (token: string | null) =>
      attempt(token).catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw unreachable(cause);
      });
    const token = deps.getToken();
    let response = await tryWith(token);
    if (response.status === 401 && token !== null) {
      const another = await deps.onUnauthorized(token);
      if (another !== null && another !== token) response = await tryWith(another);
    }
    if (response.ok) return response;
    throw await toHttpError(response);
  };

/** Files of messages, with the session's token. */
export const createAttachments = (deps: AttachmentsDeps): Attachments => {
  const createXhr = deps.createXhr ?? defaultXhr();

  const checked = createChecked(deps);
  return {
    upload: async (roomSlug, file, { name, onProgress, signal }) => {
      const path = toPath(routes['attachments.upload'].path, { slug: roomSlug });
      const sending = (token: string | null) => ({
        ...{ token, file },
        url: `${deps.baseUrl}${path}?${new URLSearchParams({ name })}`,
        signal: combined(graceMs + Math.ceil(file.size / slowestBytesPerMs), signal),
        onProgress: onProgress ?? (() => undefined),
      });
      const send = (token: string | null) =>
        onProgress && createXhr
          ? sendByXhr(sending(token), createXhr)
          : sendByFetch(sending(token), deps.fetch);
      return readAttachment(await checked(send, signal));
    },

    load: async (id, { thumbnail = false, signal } = {}) => {
      const route = routes[thumbnail ? 'attachments.thumbnail' : 'attachments.get'];
      const url = deps.baseUrl + toPath(route.path, { attachment_id: id });
      const ask = (token: string | null) =>
        deps.fetch(url, { headers: authorization(token), signal: combined(loadTimeoutMs, signal) });
      const response = await checked(ask, signal);
      return response.blob().catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw unreachable(cause);
      });
    },
  };
};
