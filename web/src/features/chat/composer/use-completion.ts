import type { Mention } from '@boltorezka/sdk';
import { type KeyboardEvent, useRef, useState } from 'react';
import { complete, type Dismissal, findTrigger, isChoice, isDismissed, type Trigger } from './completion.ts';
import { type Candidate, useEmojiCandidates, useMentionCandidates } from './use-candidates.ts';
import type { TextField } from './use-text.ts';

interface CompletionInput {
  field: TextField;
  roomSlug: string;
  people: readonly Mention[];
  mayCallEveryone: boolean;
}

export interface Completion {
  candidates: readonly Candidate[];
  active: number;
  /** Looks again at what stands before the caret. */
  look(): void;
  choose(candidate: Candidate): void;
  /** What it was about is sent. */
  close(): void;
  /** @returns true where the key was for the list. */
  handleKey(event: KeyboardEvent): boolean;
}

const triggerIn = (input: HTMLTextAreaElement | null): Trigger | null =>
  input && input.selectionStart === input.selectionEnd
    ? findTrigger(input.value, input.selectionStart)
    : null;

/** Names after an @, and emoji after a colon, are completed from a list; what is typed goes on meanwhile. */
export const useCompletion = ({ field, roomSlug, people, mayCallEveryone }: CompletionInput): Completion => {
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [active, setActive] = useState(0);
  // Closed by Escape or by a choice, it stays closed for that word: after "Anna", Enter must not take "Anna Berg".
  const dismissal = useRef<Dismissal | null>(null);
  const queryOf = (kind: Trigger['kind']): string | null => (trigger?.kind === kind ? trigger.query : null);
  const named = useMentionCandidates({ query: queryOf('mention'), roomSlug, people, mayCallEveryone });
  const emoji = useEmojiCandidates(queryOf('emoji'));
  const candidates = trigger?.kind === 'mention' ? named : emoji;
  const shown = Math.min(active, Math.max(0, candidates.length - 1));
  const look = (): void => {
    const next = triggerIn(field.input.current);
    const isOpen = next !== null && !isDismissed(next, dismissal.current);
    if (next === null || isOpen) dismissal.current = null;
    if (next?.query !== trigger?.query) setActive(0);
    setTrigger(isOpen ? next : null);
  };
  const choose = (candidate: Candidate): void => {
    const input = field.input.current;
    if (!trigger || !input) return;
    if (candidate.kind === 'person') field.note(candidate.person);
    dismissal.current = { start: trigger.start, query: candidate.text.slice(1) };
    field.apply(complete({ text: input.value, caret: input.selectionStart }, trigger, candidate.text));
    setTrigger(null);
  };
  const handleKey = (event: KeyboardEvent): boolean => {
    const candidate = candidates[shown];
    if (!trigger || !candidate) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setActive((shown + step + candidates.length) % candidates.length);
    else if (isChoice(event)) choose(candidate);
    else if (event.key === 'Escape') {
      dismissal.current = { start: trigger.start, query: '' };
      setTrigger(null);
    } else return false;
    event.preventDefault();
    return true;
  };
  return {
    ...{ candidates: trigger ? candidates : [], active: shown, look, choose, handleKey },
    close: () => setTrigger(null),
  };
};
