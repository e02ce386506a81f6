import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, opendir, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@boltorezka/protocol';
import { slowestUpload } from '../http/body-deadline.ts';
import type { FinishedFile } from './storage.ts';

export interface UploadSpeed {
  bytesPerSecond: number;
  graceMs: number;
  idleMs: number;
}

export interface IncomingOptions {
  /** On the file system of the stored files, where they are on a disk. */
  folder: string;
  maxBytes: number;
  speed?: UploadSpeed;
  /** How often the speed is looked at. */
  checkMs?: number;
}

/** An unfinished file that nobody has written to for so long was left behind by a process that ended. */
const abandonedMs = 60 * 60_000;

const megabytes = (bytes: number): string =>
  bytes >= 1024 * 1024 ? `${Math.floor(bytes / 1024 / 1024)} MiB` : `${Math.floor(bytes / 1024)} KiB`;

export const tooLarge = (maxBytes: number): AppError =>
  new AppError('PayloadTooLarge', `A file may have ${megabytes(maxBytes)} at most.`);

const tooSlow = () =>
  new AppError('Unavailable', 'The upload was too slow and was stopped. Try again on a faster connection.');

export const stopping = (): AppError =>
  new AppError('Unavailable', 'The server is stopping; upload it again in a moment.');

const brokenOff = () => new AppError('ValidationError', 'The upload was broken off before its end.');

/** Counts, and ends what grows too large. */
const createMeter = (maxBytes: number) => {
  const meter = { bytes: 0, lastAt: performance.now() };
  const stream = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      meter.bytes += chunk.length;
      meter.lastAt = performance.now();
      if (meter.bytes > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
  return { meter, stream };
};

type Meter = ReturnType<typeof createMeter>['meter'];

/** Ends what drips, also where it does so just fast enough not to be idle. @returns the end of watching. */
const watchSpeed = (
  meter: Meter,
  { speed = slowestUpload, checkMs = 1_000 }: IncomingOptions,
  stop: () => void,
) => {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const allowance = ((now - startedAt - speed.graceMs) / 1000) * speed.bytesPerSecond;
    if (now - meter.lastAt > speed.idleMs || meter.bytes < allowance) stop();
  }, checkMs);
  timer.unref();
  return () => clearInterval(timer);
};

/**
 * Lets the body flow into the stream. The request outlives it, for its connection still has to carry the answer: a pipeline
 * would end both.
 * @returns the end of it.
 */
const pour = (request: IncomingMessage, stream: Transform): (() => void) => {
  const onLost = () => {
    if (!request.readableEnded) stream.destroy(brokenOff());
  };
  request.on('close', onLost);
  request.on('error', onLost);
  request.pipe(stream);
  if (request.destroyed) onLost();
  return () => {
    request.unpipe(stream);
    request.off('close', onLost);
    request.off('error', onLost);
  };
};

/**
 * Takes a body into a file of its own, chunk by chunk. Whatever goes wrong, nothing of it stays.
 * @param closing ends it where the server stops.
 * @throws AppError `PayloadTooLarge`, `Unavailable`, `ValidationError`.
 */
export const receive = async (
  request: IncomingMessage,
  options: IncomingOptions,
  closing: AbortSignal,
): Promise<FinishedFile> => {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const path = join(options.folder, randomUUID());
  const { meter, stream } = createMeter(options.maxBytes);
  const unwatch = watchSpeed(meter, options, () => stream.destroy(tooSlow()));
  const stop = () => stream.destroy(stopping());
  closing.addEventListener('abort', stop, { once: true });
  const stopPouring = pour(request, stream);
  try {
    if (closing.aborted) stop();
    await pipeline(stream, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return { path, sizeBytes: meter.bytes };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    stopPouring();
    unwatch();
    closing.removeEventListener('abort', stop);
  }
};

/** Removes what processes that ended in the middle have left behind. */
export const removeAbandoned = async (folder: string, nowMs = Date.now()): Promise<void> => {
  const opened = await opendir(folder).catch(() => undefined);
  if (!opened) return;
  for await (const { name } of opened) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && nowMs - found.mtimeMs > abandonedMs) await rm(path, { force: true });
  }
};
