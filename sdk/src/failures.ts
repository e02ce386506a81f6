import { AppError } from '@boltorezka/protocol';

/** The same request may succeed later, unchanged; a mistake of the server's is worth another attempt as well. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof AppError && (error.retryable || error.code === 'ServerError');

/** Anything else that was thrown is a mistake of ours, told in the words given. */
export const asAppError = (error: unknown, message: string): AppError =>
  error instanceof AppError ? error : new AppError('ServerError', message);

/** What a log may say of an error. */
export const describeFailure = (error: unknown): object => ({
  code: error instanceof AppError ? error.code : 'unknown',
});

const unanswered = Symbol('unanswered');

/** It was asked, and nobody said what became of it: it may have taken effect. */
export const createUnanswered = (message: string): AppError =>
  new AppError('Unavailable', message, { retryable: true, cause: unanswered });

export const isUnanswered = (error: unknown): boolean =>
  error instanceof AppError && error.cause === unanswered;
