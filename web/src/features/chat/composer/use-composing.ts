import type { TimelineMessage } from '@boltorezka/sdk';
import { useCallback, useState } from 'react';
import type { Composing } from './composing.ts';

/** What the composer answers or edits. What was deleted meanwhile is neither answered nor edited. */
export const useComposing = (messages: readonly TimelineMessage[]) => {
  const [chosen, setChosen] = useState<Composing | null>(null);
  const compose = useCallback((next: Composing | null) => setChosen(next), []);
  const isGone =
    chosen !== null && messages.some(({ key, isDeleted }) => isDeleted && key === chosen.message.key);
  return { composing: isGone ? null : chosen, compose };
};
