import type { Draft, DraftPlace, EditDraft, Mention } from '@boltorezka/sdk';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useServices } from '../../../lib/services.tsx';
import type { Edit } from './completion.ts';
import type { Composing } from './composing.ts';
import { useFollowedDraft } from './use-followed-draft.ts';

/** What is written, and whom the writer chose, which tells people of one name apart. */
interface Written {
  text: string;
  chosen: readonly Mention[];
  change(fields: { text?: string; mentions?: readonly Mention[] }): void;
}

export interface TextField extends Pick<Written, 'text' | 'chosen'> {
  input: RefObject<HTMLTextAreaElement | null>;
  /** As typed. */
  change(text: string): void;
  /** Somebody was chosen from a list. */
  note(person: Mention): void;
  /** It is sent: the field is empty. The draft is kept until what is returned is called. */
  empty(): () => void;
  /** The change of a message is saved as it is written now: as `empty`. */
  letGoOf(messageId: string): () => void;
  /** By something else than a key: the caret goes where it belongs, and so does the focus. */
  apply(edit: Edit): void;
}

/** What becomes of a message while it is edited: kept, like a draft, until it is saved or given up. */
const useEditText = (place: DraftPlace, composing: Composing | null): Written | null => {
  const { drafts } = useServices().client;
  const [written, setWritten] = useState<{ of: Composing; edit: EditDraft } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place is the same for as long as this is there.
  const begun = useMemo((): EditDraft | null => {
    if (composing?.kind !== 'edit') return null;
    const { message } = composing;
    const kept = drafts.edits(place).find((edit) => edit.message.id === message.id);
    return { message, text: kept?.text ?? message.text, mentions: kept?.mentions ?? [] };
  }, [drafts, composing]);
  const edit = written && written.of === composing ? written.edit : begun;
  // A name that was chosen and the text that it goes into come one after the other, and between them nothing is drawn.
  const latest = useRef(edit);
  useLayoutEffect(() => {
    latest.current = edit;
  });
  if (!composing || !edit) return null;
  return {
    text: edit.text,
    chosen: edit.mentions,
    change: (fields) => {
      const next = { ...(latest.current ?? edit), ...fields };
      latest.current = next;
      setWritten({ of: composing, edit: next });
      drafts.keepEdit(place, next);
    },
  };
};

/** The words of an input method that are not chosen yet are nobody else's to change. */
const useMayFollow = (input: RefObject<HTMLTextAreaElement | null>, isEditing: boolean) => {
  const isComposed = useRef(false);
  useEffect(() => {
    const field = input.current;
    const note = ({ type }: Event): void => {
      isComposed.current = type === 'compositionstart';
    };
    field?.addEventListener('compositionstart', note);
    field?.addEventListener('compositionend', note);
    return () => {
      field?.removeEventListener('compositionstart', note);
      field?.removeEventListener('compositionend', note);
    };
  }, [input]);
  return () => isEditing || !isComposed.current;
};

/** What another page of the browser does to the draft is done here as well, where this page has not gone on by itself. */
const useDraftText = (
  { roomSlug, threadRootId }: DraftPlace,
  mayFollow: () => boolean,
): Written & { empty: TextField['empty'] } => {
  const { drafts } = useServices().client;
  const place = useMemo(
    () => ({ roomSlug, ...(threadRootId !== undefined && { threadRootId }) }),
    [roomSlug, threadRootId],
  );
  const [{ text, mentions }, setDraft] = useState<Pick<Draft, 'text' | 'mentions'>>(() => drafts.get(place));
  useFollowedDraft(place, (before, now) => {
    if (mayFollow()) setDraft((draft) => (draft.text === before.text ? now : draft));
  });
  return {
    text,
    chosen: mentions,
    change: (fields) => {
      setDraft((draft) => ({ ...draft, ...fields }));
      drafts.change(place, fields);
    },
    empty: () => {
      setDraft((draft) => ({ ...draft, text: '' }));
      return drafts.letGo(place, text);
    },
  };
};

/** What is being written: a draft, or for as long as a message is edited, its new text. Both outlive the page. */
export const useText = (place: DraftPlace, composing: Composing | null): TextField => {
  const input = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  const draft = useDraftText(place, useMayFollow(input, composing?.kind === 'edit'));
  const { text, chosen, change } = useEditText(place, composing) ?? draft;
  useLayoutEffect(() => {
    if (caret.current === null || !input.current) return;
    input.current.focus();
    input.current.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const { drafts } = useServices().client;
  return {
    ...{ input, text, chosen, empty: draft.empty },
    letGoOf: (messageId) => drafts.letGoEdit(place, { messageId, text }),
    change: (next) => change({ text: next }),
    note: (person) => change({ mentions: [person, ...chosen] }),
    apply(edit) {
      caret.current = edit.caret;
      change({ text: edit.text });
    },
  };
};
