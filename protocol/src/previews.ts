import { z } from 'zod';
import { ErrorBody } from './errors.ts';
import { PictureId } from './ids.ts';
import { limits } from './limits.ts';
import { defineRoutes } from './routes.ts';

export const previewRoutes = defineRoutes({
  'previews.picture': {
    method: 'GET',
    path: '/v1/previews/pictures/:picture_id',
    auth: 'bearer',
    summary: `The picture of a link's preview, as the server has made it: WebP, ${limits.previewPicturePx} pixels on its longer side at most. Of a message that I may read`,
    params: z.object({ picture_id: PictureId }),
    responseBody: 'binary',
    responses: { 400: ErrorBody, 401: ErrorBody, 404: ErrorBody, 429: ErrorBody, 503: ErrorBody },
  },
});
