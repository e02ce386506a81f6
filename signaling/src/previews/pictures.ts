import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { type LinkPreview, limits } from '@boltorezka/protocol';
import {
  type FileStorage,
  type Intake,
  isPicture,
  type Pictures,
  sniffMediaType,
} from '../attachments/index.ts';
import { NoPageError } from './destination.ts';
import { type FetchPageOptions, fetchPage, type Page, type Wanted } from './fetch-page.ts';

/** Made here of what a page showed: its readers never ask the page's server for anything. */
export interface MadePicture {
  bytes: Buffer;
  width: number;
  height: number;
  alt?: string;
}

export interface PreviewPicturesDeps {
  files: { intake: Intake; pictures: Pick<Pictures, 'shrink'>; storage: FileStorage };
  web: FetchPageOptions;
}

/** A picture that is stored, or about to be. */
export interface KeptPicture {
  id: string;
  sizeBytes: number;
}

/** More than a page has reason to show beside a link; what is larger is none of ours. */
const maxFetchedBytes = 4 * 1024 * 1024;
/** Made ones are remembered for whoever names the page next. */
const maxMadeBytes = 96 * 1024;
/** A line or a dot, as those that count readers, shows nothing. */
const leastPx = 24;

/** By its content it is judged later; what says that it is a document, or a drawing that may hold a script, is not read. */
const rasters: Wanted = {
  accept: 'image/avif,image/webp,image/png,image/jpeg,image/gif',
  mayBe: (type) =>
    (type.startsWith('image/') && !type.includes('svg')) || type === 'application/octet-stream',
};

const collect = async ({ body }: Page): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxFetchedBytes) throw new NoPageError('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Pictures of pages: asked for as pages are, made small, and stored beside files of messages. */
export const createPreviewPictures = ({ files, web }: PreviewPicturesDeps) => {
  const { intake, pictures, storage } = files;
  const size = { width: limits.previewPicturePx, height: limits.previewPicturePx, fit: 'inside' as const };

  const make = async (bytes: Buffer, signal: AbortSignal): Promise<Omit<MadePicture, 'alt'> | undefined> =>
    intake.hold(bytes, async (file) => {
      if (!isPicture(await sniffMediaType(file.path))) return undefined;
      const made = await pictures.shrink(file, size, signal);
      if (!made) return undefined;
      try {
        const { width, height } = made;
        if (Math.min(width, height) < leastPx || made.file.sizeBytes > maxMadeBytes) return undefined;
        return { bytes: await readFile(made.file.path), width, height };
      } finally {
        await rm(made.file.path, { force: true });
      }
    });

  return {
    /**
     * What is to be seen at an address that a page has named; each of its hops is checked as any other.
     * @returns undefined where it is no picture that can be shown.
     * @throws NoPageError, AppError, or what the network says.
     */
    fetch: async (
      named: { url: string; alt?: string },
      signal: AbortSignal,
    ): Promise<MadePicture | undefined> => {
      // One byte more than is taken: what was cut off is not shown.
      const options = { ...web, wanted: rasters, maxBytes: maxFetchedBytes + 1 };
      const bytes = await fetchPage(named.url, options, { read: collect, closing: signal });
      const made = await make(bytes, signal);
      return made && { ...made, ...(named.alt !== undefined && { alt: named.alt }) };
    },

    /** Stores a picture under an id of its own; its row comes after it. */
    keep: async (made: MadePicture): Promise<KeptPicture> => {
      const id = randomUUID();
      await intake.hold(made.bytes, (file) => intake.store([[id, file]], async () => undefined));
      return { id, sizeBytes: made.bytes.length };
    },

    /** Of a picture that no row has been written for. */
    drop: async ({ id }: KeptPicture): Promise<void> => {
      // What is left of it is found when the storage is compared.
      await storage.delete(id).catch(() => undefined);
    },
  };
};

export type PreviewPictures = ReturnType<typeof createPreviewPictures>;

/** As a message tells of it. */
export const toTold = (
  { width, height, alt }: MadePicture,
  id: string,
): NonNullable<LinkPreview['picture']> => ({
  ...{ id, width, height },
  ...(alt !== undefined && { alt }),
});
