import { useEffect, useMemo, useState } from 'react';
import type { Block } from '../blocks.ts';
import type { Colours } from './colours.ts';
import { grammarOf } from './languages.ts';
import type { Piece } from './pieces.ts';

/** The pieces that code is drawn as, once they are known; null for as long as it is drawn plain. */
export const useColours = (
  colours: Colours | null,
  { language, text }: Extract<Block, { type: 'code' }>,
): readonly Piece[] | null => {
  const [, setAnswered] = useState(0);
  const task = useMemo(() => {
    const grammar = grammarOf(language);
    return grammar && { grammar, text };
  }, [language, text]);
  const known = task && colours ? colours.get(task) : null;
  const isWanted = known === undefined;
  useEffect(() => {
    if (!isWanted || !task || !colours) return;
    return colours.ask(task, () => setAnswered((count) => count + 1));
  }, [isWanted, task, colours]);
  return known ?? null;
};
