import { z } from 'zod';
import { Done } from './done.ts';
import { ErrorBody } from './errors.ts';
import { AttachmentId, RoomSlug } from './ids.ts';
import { limits } from './limits.ts';
import { Attachment } from './messages.ts';
import { defineRoutes } from './routes.ts';
import { snakeCased } from './snake-case.ts';

export const RestAttachment = snakeCased(Attachment);
export type RestAttachment = z.infer<typeof RestAttachment>;

const FileName = z
  .string()
  .min(1)
  .max(limits.maxUploadNameLength)
  .describe('What the file is called. Paths and invisible characters are taken out of it.');

const AttachmentParams = z.object({ attachment_id: AttachmentId });
const readErrors = { 400: ErrorBody, 401: ErrorBody, 404: ErrorBody, 429: ErrorBody, 503: ErrorBody };

export const attachmentRoutes = defineRoutes({
  'attachments.upload': {
    method: 'POST',
    path: '/v1/rooms/:slug/attachments',
    auth: 'bearer',
    summary: `Upload a file to a room. \`chat.send\` attaches it by its id; what is not sent within ${limits.unsentAttachmentMs / 86_400_000} days is deleted. At most ${limits.maxUnsentAttachments} of a person wait to be sent`,
    params: z.object({ slug: RoomSlug }),
    query: z.object({ name: FileName }),
    requestBody: 'binary',
    responses: {
      201: z.object({ attachment: RestAttachment }),
      400: ErrorBody,
      401: ErrorBody,
      403: ErrorBody,
      404: ErrorBody,
      413: ErrorBody,
      429: ErrorBody,
      503: ErrorBody,
      507: ErrorBody,
    },
  },
  'attachments.get': {
    method: 'GET',
    path: '/v1/attachments/:attachment_id',
    auth: 'bearer',
    summary:
      'The bytes of a file: of a message that I may read, or that I have uploaded myself, also to a room that I have lost since. Takes `Range` and `If-None-Match`',
    params: AttachmentParams,
    responseBody: 'binary',
    responses: readErrors,
  },
  'attachments.discard': {
    method: 'DELETE',
    path: '/v1/attachments/:attachment_id',
    auth: 'bearer',
    summary: 'Delete a file that I have uploaded and not sent: it takes up none of my space any more',
    params: AttachmentParams,
    responses: { 200: Done, 400: ErrorBody, 401: ErrorBody, 404: ErrorBody, 429: ErrorBody },
  },
  'attachments.thumbnail': {
    method: 'GET',
    path: '/v1/attachments/:attachment_id/thumbnail',
    auth: 'bearer',
    summary: `A small picture of an image, WebP, ${limits.thumbnailPx} pixels on its longer side at most`,
    params: AttachmentParams,
    responseBody: 'binary',
    responses: readErrors,
  },
});

/** Where the bytes of a file are. */
export const attachmentPath = (id: string): string =>
  attachmentRoutes['attachments.get'].path.replace(':attachment_id', id);
