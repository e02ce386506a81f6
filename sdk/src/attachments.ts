import { AppError, type Attachment, type RestAttachment, routes, toCamelCase } from '@boltorezka/protocol';
import { authorization, combined, createChecked, createLoadBlob, uploadTimeoutMs } from './bytes.ts';
import { type HttpDeps, toPath, unreachable } from './http.ts';

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

/** Files. Their promises reject with an `AppError`, an upload's with `UnreadableFileError` where that is why, or with the signal's reason where that has ended them. */
export interface Attachments {
  /** Uploads a file to a room. It is nobody else's until a message is sent with it. */
  upload(roomSlug: string, file: Blob, options: UploadOptions): Promise<Attachment>;
  /** Deletes a file that was uploaded and not sent: it takes up none of its owner's space any more. */
  discard(id: string, signal?: AbortSignal): Promise<void>;
  /** Fetches a file, or the small picture of one that has it. Its address alone opens nothing: it takes the session's token. */
  load(id: string, options?: { thumbnail?: boolean; signal?: AbortSignal }): Promise<Blob>;
  /** Fetches the picture of a link's preview from our server: the page's own is asked for nothing. */
  loadPreview(pictureId: string, signal?: AbortSignal): Promise<Blob>;
}

export interface AttachmentsDeps extends HttpDeps {
  /** What tells how much has left; none where there is none. */
  createXhr?: () => XMLHttpRequest;
}

interface Sending {
  url: string;
  token: string | null;
  file: Blob;
  signal: AbortSignal;
  onProgress: (progress: UploadProgress) => void;
}

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

/** The file cannot be read: it is a folder, or gone from the disk, or another by now. Trying again does not help. */
export class UnreadableFileError extends AppError {
  constructor(cause: unknown) {
    super('ValidationError', 'The file cannot be read. Choose it again, if it is still there.', { cause });
  }
}

/** What cannot be read fails as what the network loses: only the file tells them apart. */
const withCause = async (error: unknown, file: Blob): Promise<unknown> => {
  if (!(error instanceof AppError) || error.code !== 'Unavailable') return error;
  const reading = file.slice(0, 1).arrayBuffer();
  return reading.then(
    () => error,
    (cause: unknown) => new UnreadableFileError(cause),
  );
};

const discardTimeoutMs = 15_000;

const defaultXhr = (): (() => XMLHttpRequest) | undefined =>
  'XMLHttpRequest' in globalThis ? () => new XMLHttpRequest() : undefined;

/** Files of messages, with the session's token. */
export const createAttachments = (deps: AttachmentsDeps): Attachments => {
  const createXhr = deps.createXhr ?? defaultXhr();

  const checked = createChecked(deps);
  const loadBlob = createLoadBlob(deps);
  return {
    upload: async (roomSlug, file, { name, onProgress, signal }) => {
      const path = toPath(routes['attachments.upload'].path, { slug: roomSlug });
      const sending = (token: string | null) => ({
        ...{ token, file },
        url: `${deps.baseUrl}${path}?${new URLSearchParams({ name })}`,
        signal: combined(uploadTimeoutMs(file), signal),
        onProgress: onProgress ?? (() => undefined),
      });
      const send = (token: string | null) =>
        onProgress && createXhr
          ? sendByXhr(sending(token), createXhr)
          : sendByFetch(sending(token), deps.fetch);
      const response = await checked(send, signal).catch(async (error: unknown) => {
        throw await withCause(error, file);
      });
      return readAttachment(response);
    },

    discard: async (id, signal) => {
      const url = deps.baseUrl + toPath(routes['attachments.discard'].path, { attachment_id: id });
      const ask = (token: string | null) =>
        deps.fetch(url, {
          method: 'DELETE',
          headers: authorization(token),
          signal: combined(discardTimeoutMs, signal),
        });
      await checked(ask, signal);
    },

    load: async (id, { thumbnail = false, signal } = {}) => {
      const route = routes[thumbnail ? 'attachments.thumbnail' : 'attachments.get'];
      return loadBlob(deps.baseUrl + toPath(route.path, { attachment_id: id }), signal);
    },

    loadPreview: (pictureId, signal) =>
      loadBlob(deps.baseUrl + toPath(routes['previews.picture'].path, { picture_id: pictureId }), signal),
  };
};
