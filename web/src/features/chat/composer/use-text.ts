import type { DraftPlace } from '@boltorezka/sdk';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { useServices } from '../../../lib/services.tsx';
import type { Edit } from './completion.ts';
import type { Composing } from './composing.ts';

export interface TextField {
  input: RefObject<HTMLTextAreaElement | null>;
  text: string;
  /** As typed. */
  change(text: string): void;
  /** It is sent: the field is empty. The draft is kept until what is returned is called. */
  empty(): () => void;
  /** By something else than a key: the caret goes where it belongs, and so does the focus. */
  apply(edit: Edit): void;
}

/** What is being written: a draft that outlives the page, or for as long as a message is edited, its new text. */
export const useText = (place: DraftPlace, composing: Composing | null): TextField => {
  const { drafts } = useServices().client;
  const input = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  const [draft, setDraft] = useState(() => drafts.get(place).text);
  const [edited, setEdited] = useState<{ key: string; text: string } | null>(null);
  const editing = composing?.kind === 'edit' ? composing.message : null;
  const text = editing ? (edited?.key === editing.key ? edited.text : editing.text) : draft;
  const change = (next: string): void => {
    if (editing) {
      setEdited({ key: editing.key, text: next });
    } else {
      setDraft(next);
      drafts.change(place, { text: next });
    }
  };
  useLayoutEffect(() => {
    if (caret.current === null || !input.current) return;
    input.current.focus();
    input.current.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const empty = (): (() => void) => {
    setDraft('');
    return () => {
      // The next one may have been begun meanwhile.
      if (drafts.get(place).text === draft) drafts.change(place, { text: '' });
    };
  };
  return {
    input,
    text,
    change,
    empty,
    apply(edit) {
      caret.current = edit.caret;
      change(edit.text);
    },
  };
};
