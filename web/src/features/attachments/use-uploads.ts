import { type Attachment, limits } from '@boltorezka/sdk';
import { useEffect, useRef, useState } from 'react';
import { useServices } from '../../lib/services.tsx';

/** A file on its way to the server, or there. */
export interface Upload {
  id: number;
  file: File;
  /** From 0 to 1. */
  progress: number;
  attachment: Attachment | null;
  error: unknown;
}

export interface Uploads {
  list: readonly Upload[];
  /** All are there. */
  isReady: boolean;
  /** What was uploaded, in the order it was chosen. */
  attachments: readonly Attachment[];
  /** @returns how many were too many. */
  add(files: readonly File[]): number;
  retry(id: number): void;
  remove(id: number): void;
  clear(): void;
}

type Change = (id: number, fields: Partial<Upload>) => void;

/** Sends files up, each to be cut off by itself; all of them when the place where they were chosen closes. */
const useSending = (roomSlug: string, change: Change) => {
  const { files } = useServices();
  const running = useRef(new Map<number, AbortController>());
  useEffect(
    () => () => {
      for (const controller of running.current.values()) controller.abort();
    },
    [],
  );
  const stop = (id: number): void => {
    running.current.get(id)?.abort();
    running.current.delete(id);
  };
  const start = ({ id, file }: Upload): void => {
    const controller = new AbortController();
    running.current.set(id, controller);
    const isMine = (): boolean => running.current.get(id) === controller;
    const options = {
      name: file.name || 'file',
      signal: controller.signal,
      onProgress: ({ sentBytes, totalBytes }: { sentBytes: number; totalBytes: number }): void => {
        if (isMine() && totalBytes > 0) change(id, { progress: sentBytes / totalBytes });
      },
    };
    files.upload(roomSlug, file, options).then(
      (attachment) => isMine() && change(id, { attachment, progress: 1 }),
      (error: unknown) => isMine() && change(id, { error }),
    );
  };
  return { start, stop };
};

/** Files that go up while somebody writes what they are about. What is taken back is cut off. */
export const useUploads = (roomSlug: string): Uploads => {
  const [list, setList] = useState<readonly Upload[]>([]);
  const lastId = useRef(0);
  const change: Change = (id, fields) =>
    setList((before) => before.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)));
  const { start, stop } = useSending(roomSlug, change);
  return {
    list,
    isReady: list.every(({ attachment }) => attachment !== null),
    attachments: list.flatMap(({ attachment }) => attachment ?? []),
    add(chosen) {
      const taken = chosen.slice(0, limits.maxAttachmentsPerMessage - list.length);
      const added = taken.map((file): Upload => {
        lastId.current += 1;
        return { id: lastId.current, file, progress: 0, attachment: null, error: null };
      });
      setList((before) => [...before, ...added]);
      for (const upload of added) start(upload);
      return chosen.length - taken.length;
    },
    retry(id) {
      const upload = list.find((other) => other.id === id);
      if (!upload) return;
      change(id, { error: null, progress: 0 });
      start(upload);
    },
    remove(id) {
      stop(id);
      setList((before) => before.filter((upload) => upload.id !== id));
    },
    clear() {
      for (const { id } of list) stop(id);
      setList([]);
    },
  };
};
