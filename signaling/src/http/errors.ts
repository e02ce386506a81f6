import { AppError, type ErrorBody, errorStatuses } from '@boltorezka/protocol';
import type { FastifyInstance } from 'fastify';

const issue = (message: string, code: string) => ({ path: [], message, code });

/** What Fastify itself refuses, in the contract's words. */
const fromFastify = (error: unknown): AppError | undefined => {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { message } = error;
  switch (error.statusCode) {
    case 413:
      return new AppError('PayloadTooLarge', 'The body is larger than 64 KiB.', { cause: error });
    case 415:
      return new AppError(
        'UnsupportedMediaType',
        'Send JSON with the header "content-type: application/json".',
      );
    case 429:
      return new AppError('RateLimited', 'Too many requests from this address; wait a minute.', {
        cause: error,
      });
    case 404:
      return new AppError('NotFound', message);
    default:
      return Number(error.statusCode) >= 400 && Number(error.statusCode) < 500
        ? new AppError('ValidationError', message, { issues: [issue(message, 'invalid_request')] })
        : undefined;
  }
};

const toBody = (error: AppError): ErrorBody => ({
  error: error.code,
  message: error.message,
  ...(error.ban && { ban: error.ban }),
  ...(error.code === 'ValidationError' ? { issues: error.issues ?? [issue(error.message, 'custom')] } : {}),
});

/** The one place where errors become REST answers. Unknown failures are logged whole and hidden. */
export const installErrorHandlers = (app: FastifyInstance): void => {
  app.setErrorHandler((error, request, reply) => {
    const known = error instanceof AppError ? error : fromFastify(error);
    if (!known || known.code === 'ServerError') {
      request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    }
    const answer =
      known ?? new AppError('ServerError', 'Something went wrong on the server; it has been logged.');
    if (answer.retryAfterMs !== undefined) {
      void reply.header('retry-after', Math.ceil(answer.retryAfterMs / 1000));
    }
    void reply.header('cache-control', 'no-store');
    return reply.status(errorStatuses[answer.code]).send(toBody(answer));
  });
};
