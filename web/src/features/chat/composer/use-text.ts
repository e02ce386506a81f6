import type { DraftPlace, EditDraft, Mention } from '@boltorezka/sdk';
import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useServices } from '../../../lib/services.tsx';
import type { Edit } from './completion.ts';
import type { Composing } from './composing.ts';

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
  /** @returns what lets go of the change of a message as it is written now, once that is safe. */
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

const useDraftText = (place: DraftPlace): Written & { empty: TextField['empty'] } => {
  const { drafts } = useServices().client;
  const [text, setText] = useState(() => drafts.get(place).text);
  const [chosen, setChosen] = useState(() => drafts.get(place).mentions);
  return {
    text,
    chosen,
    change: (fields) => {
      if (fields.text !== undefined) setText(fields.text);
      if (fields.mentions !== undefined) setChosen(fields.mentions);
      drafts.change(place, fields);
    },
    empty: () => {
      setText('');
      return drafts.letGo(place, text);
    },
  };
};

/** What is being written: a draft, or for as long as a message is edited, its new text. Both outlive the page. */
export const useText = (place: DraftPlace, composing: Composing | null): TextField => {
  const input = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  const draft = useDraftText(place);
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
    letGoOf: (messageId) => () => {
      // It may have been begun anew meanwhile.
      const kept = drafts.edits(place).find(({ message }) => message.id === messageId);
      if (kept?.text === text) drafts.dropEdit(place, messageId);
    },
    change: (next) => change({ text: next }),
    note: (person) => change({ mentions: [person, ...chosen] }),
    apply(edit) {
      caret.current = edit.caret;
      change({ text: edit.text });
    },
  };
};
