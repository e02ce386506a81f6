import { z } from 'zod';
import { Done } from './done.ts';
import { ErrorBody } from './errors.ts';
import { defineEvents } from './frames.ts';
import { PictureId, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { defineRoutes } from './routes.ts';

const uuid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const UserIds = z
  .string()
  .regex(
    new RegExp(`^${uuid}(?:,${uuid}){0,${limits.maxPictureLookups - 1}}$`),
    `Use up to ${limits.maxPictureLookups} ids, with commas between them`,
  )
  .describe(`Up to ${limits.maxPictureLookups} ids of people, with commas between them.`);

/** Pictures are everybody's to see who has an account, as names are. */
export const pictureRoutes = defineRoutes({
  'pictures.set': {
    method: 'PUT',
    path: '/v1/auth/me/picture',
    auth: 'bearer',
    summary: `Have a picture, in place of the one before: the middle of a PNG, JPEG, WebP, AVIF or GIF of ${limits.maxPictureBytes / 1024 / 1024} MiB at most`,
    requestBody: 'binary',
    responses: {
      200: z.object({ picture_id: PictureId }),
      400: ErrorBody,
      401: ErrorBody,
      413: ErrorBody,
      415: ErrorBody,
      429: ErrorBody,
      503: ErrorBody,
    },
  },
  'pictures.remove': {
    method: 'DELETE',
    path: '/v1/auth/me/picture',
    auth: 'bearer',
    summary: 'Have no picture any more; done as well where there is none',
    responses: { 200: Done, 401: ErrorBody, 429: ErrorBody },
  },
  'pictures.find': {
    method: 'GET',
    path: '/v1/people/pictures',
    auth: 'bearer',
    summary: 'Which pictures people have; whoever has none is left out',
    query: z.object({ user_ids: UserIds }),
    responses: {
      200: z.object({ pictures: z.array(z.object({ user_id: UserId, picture_id: PictureId })) }),
      400: ErrorBody,
      401: ErrorBody,
      429: ErrorBody,
    },
  },
  'pictures.get': {
    method: 'GET',
    path: '/v1/pictures/:picture_id',
    auth: 'bearer',
    summary: `A picture of somebody: WebP, ${limits.picturePx} by ${limits.picturePx}. It never changes: keep it for as long as you like`,
    params: z.object({ picture_id: PictureId }),
    responseBody: 'binary',
    responses: { 400: ErrorBody, 401: ErrorBody, 404: ErrorBody, 429: ErrorBody, 503: ErrorBody },
  },
});

export const pictureEvents = defineEvents({
  'user.pictureChanged': {
    payload: z.object({ userId: UserId, pictureId: PictureId.nullable().describe('Null: none any more.') }),
    summary: 'Somebody has another picture from now on, or none; to every socket, as user.renamed',
  },
});

/** Where the bytes of a picture of somebody are. */
export const picturePath = (id: string): string =>
  pictureRoutes['pictures.get'].path.replace(':picture_id', id);
