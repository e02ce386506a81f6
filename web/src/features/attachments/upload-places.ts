import { type Attachment, createStore, type DraftPlace, limits, type Store } from '@boltorezka/sdk';
import type { Files } from './files.ts';

/** A file on its way to the server, or there. */
export interface Upload {
  id: number;
  file: File;
  /** From 0 to 1. */
  progress: number;
  attachment: Attachment | null;
  error: unknown;
}

/** The files that were chosen in one place. */
export interface PlaceUploads {
  list: Store<readonly Upload[]>;
  /** @returns how many were too many. */
  add(files: readonly File[]): number;
  retry(id: number): void;
  remove(id: number): void;
  clear(): void;
}

/**
 * Files that go up while somebody writes what they are about. They belong to the place where they were chosen, and not to
 * what shows it: whoever looks into another room finds them again.
 */
export interface UploadPlaces {
  at(place: DraftPlace): PlaceUploads;
  /** Somebody else signs in: nothing that was chosen is theirs. */
  clear(): void;
}

const createPlaceUploads = (upload: Files['upload'], roomSlug: string): PlaceUploads => {
  const list = createStore<readonly Upload[]>([]);
  const running = new Map<number, AbortController>();
  let lastId = 0;
  const change = (id: number, fields: Partial<Upload>): void =>
    list.set(list.get().map((one) => (one.id === id ? { ...one, ...fields } : one)));
  const stop = (id: number): void => {
    running.get(id)?.abort();
    running.delete(id);
  };
  const start = ({ id, file }: Upload): void => {
    const controller = new AbortController();
    running.set(id, controller);
    const isMine = (): boolean => running.get(id) === controller;
    const onProgress = ({ sentBytes, totalBytes }: { sentBytes: number; totalBytes: number }): void => {
      if (isMine() && totalBytes > 0) change(id, { progress: sentBytes / totalBytes });
    };
    upload(roomSlug, file, { name: file.name || 'file', signal: controller.signal, onProgress }).then(
      (attachment) => isMine() && change(id, { attachment, progress: 1 }),
      (error: unknown) => isMine() && change(id, { error }),
    );
  };
  const toUpload = (file: File): Upload => {
    lastId += 1;
    return { id: lastId, file, progress: 0, attachment: null, error: null };
  };
  return {
    list,
    add(chosen) {
      const taken = chosen.slice(0, limits.maxAttachmentsPerMessage - list.get().length);
      const added = taken.map(toUpload);
      list.set([...list.get(), ...added]);
      for (const one of added) start(one);
      return chosen.length - taken.length;
    },
    retry(id) {
      const known = list.get().find((one) => one.id === id);
      if (!known) return;
      change(id, { error: null, progress: 0 });
      start(known);
    },
    remove(id) {
      stop(id);
      list.set(list.get().filter((one) => one.id !== id));
    },
    clear() {
      for (const { id } of list.get()) stop(id);
      list.set([]);
    },
  };
};

export const createUploadPlaces = ({ upload }: Pick<Files, 'upload'>): UploadPlaces => {
  const places = new Map<string, PlaceUploads>();
  return {
    at({ roomSlug, threadRootId = '' }) {
      const key = `${roomSlug} ${threadRootId}`;
      const known = places.get(key) ?? createPlaceUploads(upload, roomSlug);
      places.set(key, known);
      return known;
    },
    clear() {
      for (const place of places.values()) place.clear();
    },
  };
};
