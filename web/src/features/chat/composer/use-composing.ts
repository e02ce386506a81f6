import type { DraftPlace, Quotation, TimelineMessage } from '@boltorezka/sdk';
import { useCallback, useMemo, useState } from 'react';
import { useServices } from '../../../lib/services.tsx';
import { useLatest } from '../../../lib/use-latest.ts';
import { type Composing, fromQuotation, toQuotation } from './composing.ts';

/** What somebody wants to write to a message. */
export type ComposeAct = { kind: 'reply' | 'edit'; message: TimelineMessage } | null;

/**
 * What the composer answers or edits. An answer is part of the draft, and waits beneath an edit as its words do. What was
 * deleted meanwhile is neither answered nor edited.
 */
export const useComposing = (
  { roomSlug, threadRootId }: DraftPlace,
  messages: readonly TimelineMessage[],
) => {
  const { drafts } = useServices().client;
  const place = useMemo(
    () => ({ roomSlug, ...(threadRootId !== undefined && { threadRootId }) }),
    [roomSlug, threadRootId],
  );
  const [edited, setEdited] = useState<TimelineMessage | null>(null);
  const [answered, setAnswered] = useState<Quotation | null>(() => drafts.get(place).replyTo);
  const isEditing = useLatest(edited !== null);
  const compose = useCallback(
    (next: ComposeAct) => {
      setEdited(next?.kind === 'edit' ? next.message : null);
      if (next?.kind === 'edit' || (next === null && isEditing.current)) return;
      const replyTo = next ? toQuotation(next.message) : null;
      setAnswered(replyTo);
      drafts.change(place, { replyTo });
    },
    [drafts, place, isEditing],
  );
  const composing = useMemo((): Composing | null => {
    if (edited) return { kind: 'edit', message: edited };
    return answered ? fromQuotation(answered) : null;
  }, [edited, answered]);
  const isGone =
    composing !== null && messages.some(({ id, isDeleted }) => isDeleted && id === composing.message.id);
  return { composing: isGone ? null : composing, compose };
};
