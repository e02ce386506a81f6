import type { OutboxEntry } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';

export interface UnsentLine {
  key: string;
  roomSlug: string;
  text: string;
}

export interface UnsentThings {
  messages: UnsentLine[];
  /** As they were when this was drawn. */
  drafts: UnsentLine[];
  /** Files that stand where somebody writes, and are nowhere else. */
  chosen: UnsentLine[];
}

/** What the person has written or chosen, and not sent. */
export const useUnsent = (): UnsentThings => {
  const { t } = useTranslation();
  const { client, uploads } = useServices();
  const entries = useStore(client.unsent.state);
  const textOf = (entry: OutboxEntry): string => {
    if (entry.change) return entry.change.kind === 'edit' ? entry.change.text : t('unsent.change');
    return entry.text || t('unsent.files', { count: entry.attachments?.length ?? 0 });
  };
  return {
    messages: entries.map((entry) => ({
      key: entry.key,
      roomSlug: entry.roomSlug,
      text: textOf(entry),
    })),
    drafts: client.drafts.list().map(({ roomSlug, threadRootId = '', editOf = '', text }) => ({
      key: `${roomSlug} ${threadRootId} ${editOf}`,
      roomSlug,
      text,
    })),
    chosen: uploads.chosen().map(({ place: { roomSlug, threadRootId = '' }, list }) => ({
      key: `${roomSlug} ${threadRootId}`,
      roomSlug,
      text: t('unsent.files', { count: list.length }),
    })),
  };
};
