import { randomUUID } from 'node:crypto';
import type { RestAttachment } from '@boltorezka/protocol';
import type { Database } from '../src/platform/db.ts';

export interface UploadAttempt {
  token: string;
  room?: string;
  name?: string;
  body: Uint8Array | string | ReadableStream;
  signal?: AbortSignal;
}

const attachmentsOf = (url: string, room: string, name: string) =>
  `${url}/v1/rooms/${room}/attachments?name=${encodeURIComponent(name)}`;

/** Uploads as a client does; whatever comes of it. */
export const tryUpload = (url: string, attempt: UploadAttempt): Promise<Response> => {
  const { token, room = 'general', name = 'file', body, signal } = attempt;
  return fetch(attachmentsOf(url, room, name), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: body as string,
    ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
    ...(signal && { signal }),
  });
};

export const upload = async (url: string, attempt: UploadAttempt): Promise<RestAttachment> => {
  const response = await tryUpload(url, attempt);
  if (response.status !== 201) throw new Error(`upload: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { attachment: RestAttachment }).attachment;
};

/** Reads a file, or its thumbnail, with the token of whoever asks. */
export const download = (
  url: string,
  { id, token, headers = {} }: { id: string; token: string; headers?: Record<string, string> },
): Promise<Response> =>
  fetch(`${url}/v1/attachments/${id}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

/** Takes a file back that was not sent. */
export const discard = (url: string, { id, token }: { id: string; token: string }): Promise<Response> =>
  fetch(`${url}/v1/attachments/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });

/** What `chat.send` does of it: a message of the uploader's, with the file. @returns the message's id. */
export const sendUpload = async (db: Database, attachmentId: string): Promise<string> => {
  const messageId = randomUUID();
  await db.query(
    `INSERT INTO messages (id, room_id, seq, user_id, text, created_at, revision)
     SELECT $1, room_id, 1000 + floor(random() * 1e9), user_id, '', now(), 1 FROM attachments WHERE id = $2`,
    [messageId, attachmentId],
  );
  await db.query('UPDATE attachments SET message_id = $1 WHERE id = $2', [messageId, attachmentId]);
  return messageId;
};
