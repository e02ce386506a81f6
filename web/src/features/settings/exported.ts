import type { ExportedData } from '@boltorezka/sdk';

type ToldFile = ExportedData['messages'][number]['attachments'][number];

export type ExportedFile = ToldFile & { id: string; isUnsent: boolean };

/** Those of a server that tells no ids can be neither fetched nor removed. */
const toFiles = (files: readonly ToldFile[], isUnsent: boolean): ExportedFile[] =>
  files.flatMap((file) => (file.id === undefined ? [] : [{ ...file, id: file.id, isUnsent }]));

/**
 * The files that an export names, the newest last; before all others those that no message has, and nothing else lists. What
 * was sent while it was put together is a message's.
 */
export const filesOf = ({ account, messages }: ExportedData): ExportedFile[] => {
  const sent = toFiles(
    messages.flatMap(({ attachments }) => attachments),
    false,
  );
  const sentIds = new Set(sent.map(({ id }) => id));
  const unsent = toFiles(account?.unsent_attachments ?? [], true);
  return [...unsent.filter(({ id }) => !sentIds.has(id)), ...sent];
};

/** It was sent meanwhile, or removed elsewhere: which of the two is not told. */
export const withoutUnsent = (files: readonly ExportedFile[], id: string): readonly ExportedFile[] =>
  files.map((file) => (file.id === id ? { ...file, isUnsent: false } : file));
