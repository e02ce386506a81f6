import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, limits } from '@boltorezka/protocol';
import pLimit from 'p-limit';
import type { ResizeOptions, Sharp, SharpOptions } from 'sharp';
import type { Logger } from '../platform/log.ts';
import { MalformedMediaError, stripMetadata } from './metadata/index.ts';
import type { FinishedFile } from './storage.ts';

/** A picture that is ready to be stored: nothing in it tells where it was taken. */
export interface Picture {
  file: FinishedFile;
  width?: number | undefined;
  height?: number | undefined;
  thumbnail?: FinishedFile | undefined;
}

/** One that was made of another. */
export interface SmallPicture {
  file: FinishedFile;
  width: number;
  height: number;
  /** What it was made of, the right way up. */
  original: { width: number; height: number };
}

export interface PicturesDeps {
  /** For files that are being made. */
  folder: string;
  log: Logger;
  loadSharp?: () => Promise<OpenImage | undefined>;
  maxPixels?: number;
}

/** Opens a picture of a file, still or moving; of a moving one the first picture. */
export type OpenImage = (path: string, options: SharpOptions) => Sharp;

/** 8,192 by 8,192: more than any phone takes, and 256 MB while it is decoded. */
const defaultMaxPixels = 8_192 * 8_192;

/** A process that ends waits for what libvips is at: it has to be less than what is left of ten seconds then. */
const timeoutS = 5;
/** Encoders of AVIF and WebP do not listen to that: what takes them longer than a few seconds is not begun. */
const maxEncodedPixels = 4_000_000;
/** Pictures at a time: each holds a core and its pixels. */
const atOnce = 2;
const waitingAtMost = 50;
const thumbnailQuality = 78;

/** It is not everywhere: it comes with binaries for each platform, and there may be none. */
const importSharp = async (): Promise<OpenImage | undefined> => {
  try {
    const { default: sharp } = await import('sharp');
    // Files are read once: what it would remember of them is memory for nothing. A picture has one core.
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  } catch {
    return undefined;
  }
};

/** Rejects where the signal does: libvips cannot be interrupted, but nobody has to wait for it. */
const unlessGivenUp = <T>(giveUp: AbortSignal, task: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(giveUp.reason);
  giveUp.addEventListener('abort', stop, { once: true });
  task.catch(() => undefined);
  return Promise.race([task, promise]).finally(() => giveUp.removeEventListener('abort', stop));
};

const isSlowToEncode = (mediaType: string): boolean =>
  mediaType === 'image/avif' || mediaType === 'image/webp';

/** What cannot be written out again in the format that it came in, without loss that anybody would see. */
const reencode = (image: Sharp, mediaType: string): Sharp | undefined => {
  switch (mediaType) {
    case 'image/jpeg':
      return image.jpeg({ quality: 90 });
    case 'image/png':
      return image.png();
    case 'image/webp':
      return image.webp({ quality: 90 });
    case 'image/avif':
      return image.avif({ quality: 70, effort: 2 });
    default:
      return undefined;
  }
};

interface PictureToPrepare {
  file: FinishedFile;
  mediaType: string;
  giveUp: AbortSignal;
}

class Pictures {
  readonly #deps: PicturesDeps;
  readonly #limit = pLimit(atOnce);
  #openImage: Promise<OpenImage | undefined> | undefined;

  constructor(deps: PicturesDeps) {
    this.#deps = deps;
  }

  /**
   * Takes what tells of its taking out of a picture, measures it and makes a small one.
   * @returns undefined where it is none that anybody should be shown: broken, or too large to be unpacked.
   * @throws AppError `Unavailable` where too many wait; the signal's reason.
   */
  prepare(file: FinishedFile, mediaType: string, giveUp: AbortSignal): Promise<Picture | undefined> {
    this.#assertRoom();
    return this.#limit(() => {
      giveUp.throwIfAborted();
      return unlessGivenUp(giveUp, this.#prepare({ file, mediaType, giveUp }));
    });
  }

  /**
   * Another picture made of one: smaller, as WebP, without anything that was written beside its pixels.
   * @returns undefined where it cannot be unpacked: broken, or too large for it.
   * @throws AppError `Unavailable` where too many wait, or nothing here can make pictures; the signal's reason.
   */
  shrink(file: FinishedFile, size: ResizeOptions, giveUp: AbortSignal): Promise<SmallPicture | undefined> {
    this.#assertRoom();
    return this.#limit(() => {
      giveUp.throwIfAborted();
      return unlessGivenUp(giveUp, this.#shrink(file, size));
    });
  }

  async #shrink(file: FinishedFile, size: ResizeOptions): Promise<SmallPicture | undefined> {
    const openImage = await this.#load();
    if (!openImage)
      throw new AppError('Unavailable', 'This server cannot make pictures small: sharp is not installed.', {
        retryable: false,
      });
    return this.#makeSmall(openImage, file, size);
  }

  #assertRoom(): void {
    if (this.#limit.pendingCount < waitingAtMost) return;
    throw new AppError('Unavailable', 'Too many pictures are being uploaded; try again in a moment.');
  }

  #load(): Promise<OpenImage | undefined> {
    this.#openImage ??= (this.#deps.loadSharp ?? importSharp)().then((found) => {
      if (!found) this.#deps.log.warn('sharp is not installed here: pictures have no thumbnails');
      return found;
    });
    return this.#openImage;
  }

  async #prepare({ file, mediaType, giveUp }: PictureToPrepare): Promise<Picture | undefined> {
    const openImage = await this.#load();
    const clean = await this.#strip({ file, mediaType, openImage });
    if (!clean) return undefined;
    if (!openImage) return { file: clean };
    giveUp.throwIfAborted();
    const measured = await this.#measure(openImage, clean);
    return measured && { file: clean, ...measured };
  }

  /** Without touching a pixel where the format allows it, else by writing the picture anew. */
  async #strip(input: { file: FinishedFile; mediaType: string; openImage: OpenImage | undefined }) {
    const { file, mediaType, openImage } = input;
    const path = this.#newPath();
    try {
      if (await stripMetadata(file.path, mediaType, path)) return await this.#replace(file, path);
      if (mediaType !== 'image/avif' || !openImage || !(await this.#hasMetadata(openImage, file)))
        return file;
    } catch (error) {
      await rm(path, { force: true });
      if (!(error instanceof MalformedMediaError)) throw error;
    }
    return openImage && this.#rewrite(openImage, file, mediaType);
  }

  async #hasMetadata(openImage: OpenImage, { path }: FinishedFile): Promise<boolean> {
    const found = await openImage(path, this.#options())
      .metadata()
      .catch(() => undefined);
    // What cannot be read is looked at again, and refused, when it is measured.
    return found?.exif !== undefined || found?.xmp !== undefined;
  }

  async #rewrite(
    openImage: OpenImage,
    file: FinishedFile,
    mediaType: string,
  ): Promise<FinishedFile | undefined> {
    const path = this.#newPath();
    try {
      const image = openImage(file.path, this.#options()).timeout({ seconds: timeoutS }).autoOrient();
      const written = reencode(image, mediaType);
      if (!written || !(await this.#isSoonEncoded(openImage, file, mediaType))) return undefined;
      await written.toFile(path);
      return await this.#replace(file, path);
    } catch (error) {
      await rm(path, { force: true });
      if (isDiskFull(error)) throw error;
      return undefined;
    }
  }

  async #isSoonEncoded(openImage: OpenImage, { path }: FinishedFile, mediaType: string): Promise<boolean> {
    if (!isSlowToEncode(mediaType)) return true;
    const { width, height } = await openImage(path, this.#options()).metadata();
    return width * height <= maxEncodedPixels;
  }

  async #replace(file: FinishedFile, path: string): Promise<FinishedFile> {
    await rename(path, file.path);
    return { path: file.path, sizeBytes: (await stat(file.path)).size };
  }

  async #measure(openImage: OpenImage, file: FinishedFile) {
    const px = limits.thumbnailPx;
    const made = await this.#makeSmall(openImage, file, { width: px, height: px, fit: 'inside' });
    return made && { ...made.original, thumbnail: made.file };
  }

  async #makeSmall(
    openImage: OpenImage,
    { path }: FinishedFile,
    size: ResizeOptions,
  ): Promise<SmallPicture | undefined> {
    const smallPath = this.#newPath();
    try {
      const { autoOrient: original } = await openImage(path, this.#options()).metadata();
      const made = await openImage(path, this.#options())
        .timeout({ seconds: timeoutS })
        .autoOrient()
        .resize({ ...size, withoutEnlargement: size.fit === 'inside' })
        .webp({ quality: thumbnailQuality })
        .toFile(smallPath);
      const { width, height } = made;
      return { file: { path: smallPath, sizeBytes: made.size }, width, height, original };
    } catch (error) {
      await rm(smallPath, { force: true });
      if (isDiskFull(error)) throw error;
      return undefined;
    }
  }

  #options(): SharpOptions {
    return { limitInputPixels: this.#deps.maxPixels ?? defaultMaxPixels, sequentialRead: true };
  }

  #newPath(): string {
    return join(this.#deps.folder, randomUUID());
  }
}

export type { Pictures };
export const createPictures = (deps: PicturesDeps): Pictures => new Pictures(deps);

/** Node says so by a code, libvips in words. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) ||
    /no space left on device|disk quota exceeded/i.test(error.message));
