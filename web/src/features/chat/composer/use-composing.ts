import {
  AppError,
  type DraftPlace,
  type EditDraft,
  type Quotation,
  type TimelineMessage,
} from '@boltorezka/sdk';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { runQuietly } from '../../../lib/run.ts';
import { useServices } from '../../../lib/services.tsx';
import { useLatest } from '../../../lib/use-latest.ts';
import { type Composing, fromQuotation, toEdited, toQuotation } from './composing.ts';

/** What somebody wants to write to a message; null: that they want it no more. A change that is saved is kept until it is safe. */
export type ComposeAct = { kind: 'reply' | 'edit'; message: TimelineMessage } | 'saved' | null;

/** The change of a message that was begun here last is there again when its writer is; not where the message is gone. */
const useEdited = (place: DraftPlace, isJoined: boolean) => {
  const { client } = useServices();
  const { drafts } = client;
  const [found] = useState(() => drafts.edits(place).at(-1)?.message ?? null);
  // In a box of its own each time: begun anew, it is begun again.
  const [edited, setEdited] = useState<{ message: EditDraft['message'] } | null>(found && { message: found });
  const drop = useCallback(
    (messageId: string) => {
      drafts.dropEdit(place, messageId);
      setEdited((now) => (now?.message.id === messageId ? null : now));
    },
    [drafts, place],
  );
  useEffect(() => {
    // To whom is not in the room the server says that there is no such message.
    if (!found || !isJoined) return;
    const look = async (): Promise<void> => {
      try {
        const { message } = await client.call('chat.message', { params: { message_id: found.id } });
        if (message.deleted_at != null) drop(found.id);
      } catch (error) {
        if (error instanceof AppError && error.code === 'NotFound') drop(found.id);
      }
    };
    runQuietly(look());
  }, [client, found, isJoined, drop]);
  return { edited, setEdited, drop };
};

/**
 * What the composer answers or edits. An answer is part of the draft, and waits beneath an edit as its words do. What was
 * deleted meanwhile is neither answered nor edited.
 */
export const useComposing = (
  { roomSlug, threadRootId }: DraftPlace,
  { messages, isJoined }: { messages: readonly TimelineMessage[]; isJoined: boolean },
) => {
  const { drafts } = useServices().client;
  const place = useMemo(
    () => ({ roomSlug, ...(threadRootId !== undefined && { threadRootId }) }),
    [roomSlug, threadRootId],
  );
  const { edited, setEdited, drop } = useEdited(place, isJoined);
  const [answered, setAnswered] = useState<Quotation | null>(() => drafts.get(place).replyTo);
  const editedId = useLatest(edited?.message.id ?? null);
  const compose = useCallback(
    (next: ComposeAct) => {
      if (next === 'saved') return setEdited(null);
      const message = next?.kind === 'edit' ? toEdited(next.message) : null;
      if (next === null && editedId.current !== null) return drop(editedId.current);
      setEdited(message && { message });
      if (next?.kind === 'edit') return;
      const replyTo = next ? toQuotation(next.message) : null;
      setAnswered(replyTo);
      drafts.change(place, { replyTo });
    },
    [drafts, place, editedId, setEdited, drop],
  );
  const composing = useMemo((): Composing | null => {
    if (edited) return { kind: 'edit', message: { ...edited.message, isDeleted: false } };
    return answered ? fromQuotation(answered) : null;
  }, [edited, answered]);
  const isGone =
    composing !== null && messages.some(({ id, isDeleted }) => isDeleted && id === composing.message.id);
  const goneId = isGone && edited ? edited.message.id : null;
  useEffect(() => {
    if (goneId !== null) drop(goneId);
  }, [goneId, drop]);
  return { composing: isGone ? null : composing, compose };
};
