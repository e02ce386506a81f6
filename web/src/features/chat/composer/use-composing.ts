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
import { useFollowedDraft } from './use-followed-draft.ts';

/**
 * What somebody wants to write to a message; null: that they want it no more. What is sent, and a change that is saved, has been
 * let go of, and is kept until it is safe.
 */
export type ComposeAct = { kind: 'reply' | 'edit'; message: TimelineMessage } | 'sent' | 'saved' | null;

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

/** An answer is part of the draft: what another page of the browser makes of that is so here as well. */
const useAnswered = (place: DraftPlace) => {
  const { drafts } = useServices().client;
  const [answered, setAnswered] = useState(() => ({ replyTo: drafts.get(place).replyTo, isFound: false }));
  useFollowedDraft(place, (before, { replyTo }) =>
    setAnswered((now) => {
      const ids = [before.replyTo, replyTo, now.replyTo].map((quotation) => quotation?.messageId);
      return ids[0] === ids[2] && ids[1] !== ids[2] ? { replyTo, isFound: true } : now;
    }),
  );
  const answer = useCallback((replyTo: Quotation | null) => setAnswered({ replyTo, isFound: false }), []);
  return { answered, answer };
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
  const { answered, answer } = useAnswered(place);
  const editedId = useLatest(edited?.message.id ?? null);
  const compose = useCallback(
    (next: ComposeAct) => {
      if (next === 'saved') return setEdited(null);
      if (next === 'sent') return answer(null);
      const message = next?.kind === 'edit' ? toEdited(next.message) : null;
      if (next === null && editedId.current !== null) return drop(editedId.current);
      setEdited(message && { message });
      if (next?.kind === 'edit') return;
      const replyTo = next ? toQuotation(next.message) : null;
      answer(replyTo);
      drafts.change(place, { replyTo });
    },
    [drafts, place, editedId, setEdited, answer, drop],
  );
  const composing = useMemo((): Composing | null => {
    if (edited) return { kind: 'edit', message: { ...edited.message, isDeleted: false } };
    const { replyTo, isFound } = answered;
    return replyTo && { ...fromQuotation(replyTo), isFound };
  }, [edited, answered]);
  const isGone =
    composing !== null && messages.some(({ id, isDeleted }) => isDeleted && id === composing.message.id);
  const goneId = isGone && edited ? edited.message.id : null;
  useEffect(() => {
    if (goneId !== null) drop(goneId);
  }, [goneId, drop]);
  return { composing: isGone ? null : composing, compose };
};
