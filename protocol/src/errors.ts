import { z } from 'zod';

/** Every error code of v1, with the HTTP status it has over REST. Codes are stable: clients switch on them. */
export const errorStatuses = {
  ValidationError: 400,
  UnknownEvent: 400,
  MissingToken: 401,
  InvalidToken: 401,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  RoomNotFound: 404,
  Conflict: 409,
  NoActiveRoom: 409,
  NotInVoice: 409,
  PayloadTooLarge: 413,
  UnsupportedMediaType: 415,
  RateLimited: 429,
  ServerError: 500,
  Unavailable: 503,
  StorageFull: 507,
  QuotaExceeded: 507,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorStatuses;

export const ErrorCode = z
  .enum(Object.keys(errorStatuses) as [ErrorCode, ...ErrorCode[]])
  .meta({ id: 'ErrorCode', description: 'What went wrong, stable across versions.' });

/** One thing that is wrong with the input: where, and what to do about it. */
export const ValidationIssue = z
  .object({
    path: z.array(z.union([z.string(), z.number()])).describe('Where in the input; empty for the whole.'),
    message: z.string(),
    code: z.string(),
  })
  .meta({ id: 'ValidationIssue' });
export type ValidationIssue = z.infer<typeof ValidationIssue>;

/** Why an account is closed, told to who has shown its password: clients say it in their own words. */
export const AccountBan = z
  .object({
    until: z.iso.datetime().nullable().describe('Null: for good.'),
    reason: z.string().describe('In the words of the administrator; may be empty.'),
  })
  .meta({ id: 'AccountBan' });
export type AccountBan = z.infer<typeof AccountBan>;

interface AppErrorOptions {
  cause?: unknown;
  ban?: AccountBan;
  issues?: ValidationIssue[];
  /** The same request may succeed later, unchanged. */
  retryable?: boolean;
  retryAfterMs?: number;
}

/**
 * The one error that may cross a wire: a stable code and a sentence that says what happened and what to do.
 * Anything else that is thrown is logged whole and reaches the client as `ServerError`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly issues: ValidationIssue[] | undefined;
  readonly ban: AccountBan | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.issues = options.issues;
    this.ban = options.ban;
    this.retryable = options.retryable ?? (code === 'Unavailable' || code === 'RateLimited');
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The payload of `error` and of `nack`. */
export const ErrorPayload = z
  .object({
    code: ErrorCode,
    message: z.string(),
    issues: z.array(ValidationIssue).optional(),
    retryable: z.boolean().optional().describe('True where the same request may succeed later, unchanged.'),
    retryAfterMs: z.int().nonnegative().optional(),
  })
  .meta({ id: 'ErrorPayload' });
export type ErrorPayload = z.infer<typeof ErrorPayload>;

/** The error that crossed the wire, as it was thrown at the other end. */
export const fromErrorPayload = ({
  code,
  message,
  issues,
  retryable,
  retryAfterMs,
}: ErrorPayload): AppError =>
  new AppError(code, message, {
    ...(issues && { issues }),
    ...(retryable !== undefined && { retryable }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

/** The body of a REST error. `issues` comes with `ValidationError` alone, `ban` with a sign-in that is refused for one. */
export const ErrorBody = z
  .object({
    error: ErrorCode,
    message: z.string().optional(),
    issues: z.array(ValidationIssue).optional(),
    ban: AccountBan.optional(),
  })
  .meta({ id: 'ErrorBody' });
export type ErrorBody = z.infer<typeof ErrorBody>;

/** Turns what zod found into a `ValidationError` whose message names the first thing to mend. */
export const toValidationError = (error: z.ZodError): AppError => {
  const issues = error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
    message: issue.message,
    code: issue.code ?? 'custom',
  }));
  const first = issues[0];
  const place = first && first.path.length > 0 ? `${first.path.join('.')}: ` : '';
  return new AppError('ValidationError', `${place}${first?.message ?? 'Invalid input'}`, { issues });
};
