/** A file that the page has fetched, as an address for elements. */
export interface HeldUrl {
  url: Promise<string>;
  release(): void;
}

export interface HeldUrls {
  /** The same address for all who hold what is called so; it is kept a while longer, since what scrolls away comes back. */
  hold(key: string, load: () => Promise<Blob>): HeldUrl;
  /** The address, where the file is here already; null where it is not. */
  peek(key: string): string | null;
}

interface Entry {
  url: Promise<string>;
  ready: string | null;
  holders: number;
}

export interface HeldUrlsOptions {
  createUrl?: (blob: Blob) => string;
  revokeUrl?: (url: string) => void;
  /** So many that nobody holds stay. */
  maxSpare?: number;
}

/** Files come with the session's token, so no element can fetch them by itself: they are held as blobs. */
export const createHeldUrls = ({
  createUrl = (blob) => URL.createObjectURL(blob),
  revokeUrl = (url) => URL.revokeObjectURL(url),
  maxSpare = 40,
}: HeldUrlsOptions = {}): HeldUrls => {
  const entries = new Map<string, Entry>();
  const drop = (key: string, entry: Entry): void => {
    entries.delete(key);
    entry.url.then(revokeUrl, () => undefined);
  };
  const dropOldSpares = (): void => {
    const spares = [...entries].filter(([, { holders }]) => holders === 0);
    for (const [key, entry] of spares.slice(0, Math.max(0, spares.length - maxSpare))) drop(key, entry);
  };
  const open = (key: string, load: () => Promise<Blob>): Entry => {
    const entry: Entry = { url: load().then(createUrl), ready: null, holders: 0 };
    entry.url.then(
      (url) => {
        entry.ready = url;
      },
      // Whoever asks next tries again.
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return entry;
  };
  return {
    hold(key, load) {
      const entry = entries.get(key) ?? open(key, load);
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
    peek: (key) => entries.get(key)?.ready ?? null,
  };
};
