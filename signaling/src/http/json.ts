import { AppError, isJsonTooDeep, limits } from '@boltorezka/protocol';
import type { FastifyInstance } from 'fastify';

/** JSON bodies: no `__proto__`, no endless nesting, and an empty body is an empty object. */
export const installJsonParser = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (text.trim() === '') return done(null, {});
    if (isJsonTooDeep(text)) {
      return done(
        new AppError('ValidationError', `JSON may nest ${limits.maxJsonDepth} levels deep at most.`),
      );
    }
    return parse(request, text, done);
  });
};
