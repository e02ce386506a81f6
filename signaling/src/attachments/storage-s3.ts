import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { parseListing } from './s3-listing.ts';
import { attachmentIdOf, type FileStorage, type FinishedFile, type StoredFile } from './storage.ts';

export interface S3Config {
  /** http(s) origin; buckets are named in the path. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Beside them, the bucket may hold what is none of ours. */
const prefix = 'attachments/';

const headTimeoutMs = 15_000;
/** Whoever probes does not wait any longer. */
const probeTimeoutMs = 2_000;
/** The least speed that a storage is expected to have. */
const slowestBytesPerMs = 64;
const attempts = 3;

/** The storage refused or could not be reached. What it says may name the key: only its status and code are kept. */
export class S3Error extends Error {
  override name = 'S3Error';
  /** It has no room left, or what it gives us is used up. */
  readonly isFull: boolean;

  constructor(message: string, { isFull = false, ...options }: ErrorOptions & { isFull?: boolean } = {}) {
    super(message, options);
    this.isFull = isFull;
  }
}

/** As MinIO, Ceph and Garage say it; of S3's own there is no end. */
const isFullAnswer = (status: number, code = ''): boolean =>
  status === 507 || /StorageFull|QuotaExceeded/.test(code);

const refusalOf = async (response: Response): Promise<S3Error> => {
  const code = /<Code>(\w{1,64})<\/Code>/.exec(await response.text().catch(() => ''))?.[1];
  return new S3Error(`the object storage answered ${response.status} ${code ?? ''}`.trimEnd(), {
    isFull: isFullAnswer(response.status, code),
  });
};

const sha256Of = async (path: string, giveUp: AbortSignal | undefined): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, giveUp ? { signal: giveUp } : {});
  return hash.digest('hex');
};

interface Call {
  method: 'GET' | 'PUT' | 'DELETE';
  headers?: Record<string, string>;
  /** Made anew for each attempt. */
  body?: () => ReadableStream;
  /** Until the head of the answer is there. */
  timeoutMs?: number;
  giveUp?: AbortSignal | undefined;
}

/** One that is full stays so for longer than anybody waits. */
const passes = ({ status }: Response): boolean => status >= 500 && status !== 507;

/** `fetch` would send a stream in chunks, which S3 does not take; a length that is named is kept. */
const createSend = (config: S3Config) => {
  const client = new AwsClient({ ...config, service: 's3', retries: 0 });
  const sendOnce = async (url: string, { method, headers = {}, body, ...call }: Call) => {
    const signed = await client.sign(url, { method, headers });
    const tooLate = new AbortController();
    const timer = setTimeout(() => tooLate.abort(), call.timeoutMs ?? headTimeoutMs);
    try {
      return await fetch(url, {
        method,
        headers: signed.headers,
        redirect: 'error',
        signal: call.giveUp ? AbortSignal.any([tooLate.signal, call.giveUp]) : tooLate.signal,
        ...(body ? { body: body() as unknown as ReadableStream<Uint8Array>, duplex: 'half' as const } : {}),
      });
    } finally {
      // What is read of the body takes as long as its reader does.
      clearTimeout(timer);
    }
  };
  /** Every call may be made twice: a file is put under a key of its own. */
  return async (url: string, call: Call): Promise<Response> => {
    const { giveUp } = call;
    for (let attempt = 1; ; attempt += 1) {
      const response = await sendOnce(url, call).catch((cause: unknown) => {
        giveUp?.throwIfAborted();
        if (attempt >= attempts) throw new S3Error('the object storage cannot be reached', { cause });
      });
      if (response && (!passes(response) || attempt >= attempts)) return response;
      await response?.body?.cancel();
      await sleep(100 * 2 ** attempt, undefined, giveUp ? { signal: giveUp } : {});
    }
  };
};

type Send = ReturnType<typeof createSend>;

interface Put extends FinishedFile {
  giveUp: AbortSignal | undefined;
}

const put = async (send: Send, url: string, { path, sizeBytes, giveUp }: Put): Promise<void> => {
  const response = await send(url, {
    method: 'PUT',
    headers: {
      'content-length': String(sizeBytes),
      'content-type': 'application/octet-stream',
      // Signed: a storage that received other bytes refuses them.
      'x-amz-content-sha256': await sha256Of(path, giveUp),
    },
    body: () => Readable.toWeb(createReadStream(path)),
    timeoutMs: headTimeoutMs + sizeBytes / slowestBytesPerMs,
    giveUp,
  });
  if (!response.ok) throw await refusalOf(response);
  await response.body?.cancel();
};

const list = async function* (
  send: Send,
  bucketUrl: string,
  giveUp: AbortSignal | undefined,
): AsyncIterable<StoredFile[]> {
  let token: string | undefined;
  do {
    const query = new URLSearchParams({ 'list-type': '2', prefix, 'max-keys': '500' });
    if (token !== undefined) query.set('continuation-token', token);
    const response = await send(`${bucketUrl}?${query.toString().replaceAll('+', '%20')}`, {
      method: 'GET',
      giveUp,
    });
    if (!response.ok) throw await refusalOf(response);
    const page = parseListing(await response.text());
    token = page.nextToken;
    yield page.files
      .map(({ key, modifiedAt }) => ({ key: key.slice(prefix.length), modifiedAt }))
      .filter(({ key }) => attachmentIdOf(key) !== undefined);
  } while (token !== undefined);
};

const read = async (send: Send, url: string, range: { start: number; end: number } | undefined) => {
  const response = await send(url, {
    method: 'GET',
    ...(range ? { headers: { range: `bytes=${range.start}-${range.end}` } } : {}),
  });
  if (response.status === 404) {
    await response.body?.cancel();
    return undefined;
  }
  if (response.status !== (range ? 206 : 200) || !response.body) throw await refusalOf(response);
  return Readable.fromWeb(response.body as ReadableStream);
};

/** Files in a bucket of an S3-compatible storage. They are streamed in both directions. */
export const createS3Storage = (config: S3Config): FileStorage => {
  const send = createSend(config);
  const bucketUrl = `${config.endpoint.replace(/\/+$/, '')}/${config.bucket}`;
  const urlOf = (key: string) => `${bucketUrl}/${prefix}${key}`;
  return {
    put: (key, file, giveUp) => put(send, urlOf(key), { ...file, giveUp }),
    read: (key, range) => read(send, urlOf(key), range),
    delete: async (key, giveUp) => {
      const response = await send(urlOf(key), { method: 'DELETE', giveUp });
      if (!response.ok && response.status !== 404) throw await refusalOf(response);
      await response.body?.cancel();
    },
    list: (giveUp) => list(send, bucketUrl, giveUp),
    probe: async () => {
      const query = new URLSearchParams({ 'list-type': '2', prefix, 'max-keys': '1' });
      const response = await send(`${bucketUrl}?${query}`, { method: 'GET', timeoutMs: probeTimeoutMs });
      if (!response.ok) throw await refusalOf(response);
      await response.body?.cancel();
    },
  };
};
