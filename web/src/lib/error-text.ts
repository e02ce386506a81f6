import { AppError, type ErrorCode } from '@boltorezka/sdk';

type ErrorTextKey = `errors.${ErrorCode | 'Unknown'}`;

/** The sentence that tells a person what an error means. Messages of the server are English: they are not shown. */
export const errorTextKey = (error: unknown): ErrorTextKey =>
  error instanceof AppError ? `errors.${error.code}` : 'errors.Unknown';

export const isCode = (error: unknown, code: ErrorCode): error is AppError =>
  error instanceof AppError && error.code === code;
