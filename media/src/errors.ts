import { AppError } from '@boltorezka/protocol';
import type { Logger } from 'pino';

/** A worker request that outlived its deadline. The worker is killed: it may be stopped, looping, or swapping. */
export class WorkerStuckError extends AppError {
  constructor(pid: number) {
    super('Unavailable', 'The media server did not answer in time; joining again helps.', {
      cause: new Error(`worker ${pid} missed its deadline`),
    });
    this.name = 'WorkerStuckError';
  }
}

export const createReplacedError = (cause?: unknown): AppError =>
  new AppError('Unavailable', 'The media server was replaced meanwhile; join again.', { cause });

/**
 * mediasoup refuses bad parameters with TypeError or UnsupportedError, and answers InvalidStateError, NotFoundError
 * or WorkerClosedError where the object has just gone. Its sentences are for our log: they speak of its code, not of what a
 * client sent.
 */
export const toMediaError = (error: unknown, log: Logger): unknown => {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (/InvalidState|WorkerClosed|NotFound|closed/i.test(`${error.name} ${error.message}`))
    return createReplacedError(error);
  if (/already called/.test(error.message)) {
    return new AppError('Conflict', 'This transport is connected already.', { cause: error });
  }
  const isRefusal = error instanceof TypeError || error.name === 'UnsupportedError';
  log[isRefusal ? 'debug' : 'warn']({ err: error }, 'the media worker refused a request');
  return new AppError('ValidationError', 'The media server cannot use these media parameters.', {
    cause: error,
  });
};
