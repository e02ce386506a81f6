import { AppError } from '@boltorezka/protocol';

/** A worker request that outlived its deadline. The worker is killed: it may be stopped, looping, or swapping. */
export class WorkerStuckError extends AppError {
  constructor(pid: number) {
    super('Unavailable', 'The media server did not answer in time; joining again helps.', {
      cause: new Error(`worker ${pid} missed its deadline`),
    });
    this.name = 'WorkerStuckError';
  }
}

/**
 * mediasoup refuses bad parameters with TypeError or UnsupportedError (or a plain Error from the worker), and answers
 * InvalidStateError or WorkerClosedError where the object has just gone.
 */
export const toMediaError = (error: unknown): unknown => {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (/InvalidState|WorkerClosed|closed/i.test(`${error.name} ${error.message}`)) {
    return new AppError('Unavailable', 'The media server was replaced meanwhile; join again.', {
      cause: error,
    });
  }
  return new AppError('ValidationError', `The media parameters are not usable: ${error.message}`, {
    cause: error,
  });
};
