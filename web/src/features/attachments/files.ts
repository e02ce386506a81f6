import type { Attachments } from '@boltorezka/sdk';

/** A file that the page has fetched, as an address for elements; null while it is on its way. */
export interface HeldFile {
  url: Promise<string>;
  release(): void;
}

export interface Files {
  upload: Attachments['upload'];
  /** The same address for all who hold the file; it is kept a while longer, since what scrolls away comes back. */
  hold(attachmentId: string, options: { thumbnail: boolean }): HeldFile;
}

interface Entry {
  url: Promise<string>;
  holders: number;
}

interface FilesDeps {
  transport: Attachments;
  createUrl?: (blob: Blob) => string;
  revokeUrl?: (url: string) => void;
  /** So many that nobody holds stay. */
  maxSpare?: number;
}

/** Files of messages come with the session's token, so no element can fetch them by itself: they are held as blobs. */
export const createFiles = ({
  transport,
  createUrl = (blob) => URL.createObjectURL(blob),
  revokeUrl = (url) => URL.revokeObjectURL(url),
  maxSpare = 40,
}: FilesDeps): Files => {
  const entries = new Map<string, Entry>();
  const drop = (key: string, entry: Entry): void => {
    entries.delete(key);
    entry.url.then(revokeUrl, () => undefined);
  };
  const dropOldSpares = (): void => {
    const spares = [...entries].filter(([, { holders }]) => holders === 0);
    for (const [key, entry] of spares.slice(0, Math.max(0, spares.length - maxSpare))) drop(key, entry);
  };
  const open = (key: string, attachmentId: string, thumbnail: boolean): Entry => {
    const entry: Entry = {
      url: transport.load(attachmentId, { thumbnail }).then(createUrl),
      holders: 0,
    };
    // Whoever asks next tries again.
    entry.url.catch(() => {
      if (entries.get(key) === entry) entries.delete(key);
    });
    return entry;
  };
  return {
    upload: (roomSlug, file, options) => transport.upload(roomSlug, file, options),
    hold(attachmentId, { thumbnail }) {
      const key = `${attachmentId} ${thumbnail}`;
      const entry = entries.get(key) ?? open(key, attachmentId, thumbnail);
      entry.holders += 1;
      // The one held last is the newest.
      entries.delete(key);
      entries.set(key, entry);
      let isHeld = true;
      return {
        url: entry.url,
        release() {
          if (!isHeld) return;
          isHeld = false;
          entry.holders -= 1;
          dropOldSpares();
        },
      };
    },
  };
};
