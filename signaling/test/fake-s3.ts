import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

/** RFC 3986, as AWS asks for it. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

interface Secrets {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Signature Version 4, written from AWS's description of it and not from the client that is tested. */
const signatureOf = (
  request: IncomingMessage,
  signedHeaders: string[],
  { region, secretAccessKey }: Secrets,
) => {
  const url = new URL(request.url ?? '', 'http://host');
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const path = url.pathname
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/');
  const headers = signedHeaders
    .map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
    .join('');
  const canonical = [
    request.method,
    path,
    query,
    headers,
    signedHeaders.join(';'),
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const time = String(request.headers['x-amz-date']);
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = hmac(
    hmac(hmac(hmac(`AWS4${secretAccessKey}`, time.slice(0, 8)), region), 's3'),
    'aws4_request',
  );
  return hmac(key, toSign).toString('hex');
};

const refusalOf = (request: IncomingMessage, body: Buffer, secrets: Secrets): string | undefined => {
  const header = request.headers.authorization ?? '';
  const { id, signed, signature } =
    /^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)\/[^,]+, SignedHeaders=(?<signed>[^,]+), Signature=(?<signature>\w+)$/.exec(
      header,
    )?.groups ?? {};
  if (id !== secrets.accessKeyId) return 'InvalidAccessKeyId';
  const signedHeaders = (signed ?? '').split(';');
  if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => signedHeaders.includes(name)))
    return 'AccessDenied';
  if (signatureOf(request, signedHeaders, secrets) !== signature) return 'SignatureDoesNotMatch';
  const hash = request.headers['x-amz-content-sha256'];
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  return undefined;
};

interface StoredObject {
  body: Buffer;
  modifiedAt: Date;
}

const pageSize = 2;

/** ListObjectsV2, two keys a page. */
const listingOf = (objects: Map<string, StoredObject>, query: URLSearchParams): string => {
  const after = query.get('continuation-token') ?? '';
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
    .sort();
  const page = keys.slice(0, pageSize);
  const isTruncated = keys.length > page.length;
  const contents = page.map(
    (key) =>
      `<Contents><Key>${key.replaceAll('&', '&amp;')}</Key><LastModified>${objects.get(key)?.modifiedAt.toISOString()}</LastModified><Size>1</Size></Contents>`,
  );
  const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${isTruncated}</IsTruncated>${contents.join('')}${next}</ListBucketResult>`;
};

export interface FakeS3 extends Secrets {
  endpoint: string;
  bucket: string;
  objects: Map<string, StoredObject>;
  /** What it has refused, by S3's codes. */
  refusals: string[];
  /** So many of the next requests are refused; left out how, as by one that is busy. */
  failNext: (count: number, how?: { status: number; code: string }) => void;
  close(): Promise<void>;
}

/** An object storage of one bucket that checks signatures, hashes and lengths as S3 does. */
export const startFakeS3 = async (): Promise<FakeS3> => {
  const secrets = { region: 'eu-test-1', accessKeyId: 'AKIATEST', secretAccessKey: 'a secret/with+signs' };
  const bucket = 'team-files';
  const objects = new Map<string, StoredObject>();
  const refusals: string[] = [];
  let failures = 0;
  let failure = { status: 503, code: 'SlowDown' };

  const refuse = (response: ServerResponse, status: number, code: string) => {
    refusals.push(code);
    response
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(`<Error><Code>${code}</Code></Error>`);
  };

  const read = (request: IncomingMessage, response: ServerResponse, found: StoredObject) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const body = range ? found.body.subarray(Number(range[1]), Number(range[2]) + 1) : found.body;
    response.writeHead(range ? 206 : 200, { 'content-length': body.length }).end(body);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const isChunked = request.headers['content-length'] === undefined && request.method === 'PUT';
    const body = await buffer(request);
    if (failures > 0) {
      failures -= 1;
      return refuse(response, failure.status, failure.code);
    }
    if (isChunked) return refuse(response, 411, 'MissingContentLength');
    const refusal = refusalOf(request, body, secrets);
    if (refusal) return refuse(response, 403, refusal);
    const url = new URL(request.url ?? '', 'http://host');
    const [, name, ...rest] = decodeURIComponent(url.pathname).split('/');
    if (name !== bucket) return refuse(response, 404, 'NoSuchBucket');
    const key = rest.join('/');
    if (request.method === 'PUT') objects.set(key, { body, modifiedAt: new Date() });
    if (request.method === 'PUT') return response.writeHead(200).end();
    if (request.method === 'DELETE') objects.delete(key);
    if (request.method === 'DELETE') return response.writeHead(204).end();
    if (key === '') return response.writeHead(200).end(listingOf(objects, url.searchParams));
    const found = objects.get(key);
    return found ? read(request, response, found) : refuse(response, 404, 'NoSuchKey');
  };

  const server: Server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...secrets,
    ...{ bucket, objects, refusals },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failNext: (count, how = { status: 503, code: 'SlowDown' }) => {
      failures = count;
      failure = how;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
