import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Row } from './rows.ts';

/** A message that is looked for. Each time anew, also where it is the same again. */
export interface Target {
  messageId: string;
}

/** For so long what was found stands out. */
const foundForMs = 2500;
/** A row is drawn some frames after the list was told to go there, and hidden until it has been measured. */
const maxFrames = 60;

const focusSoon = (box: HTMLElement | null, key: string, frames = maxFrames): void => {
  const row = box?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
  if (row?.checkVisibility({ visibilityProperty: true })) row.focus({ preventScroll: true });
  else if (box && frames > 0) requestAnimationFrame(() => focusSoon(box, key, frames - 1));
};

interface TargetInput {
  target: Target | null;
  rows: readonly Row[];
  list: RefObject<VirtualizerHandle | null>;
  box: RefObject<HTMLElement | null>;
  /** The end of the conversation must not draw the reader back. */
  leave: () => void;
}

/** Leads to a message as soon as it is among the rows. @returns its key, for as long as it stands out. */
export const useTarget = ({ target, rows, list, box, leave }: TargetInput): string | null => {
  const [foundKey, setFoundKey] = useState<string | null>(null);
  const done = useRef<Target | null>(null);
  useLayoutEffect(() => {
    if (!target || done.current === target) return;
    const index = rows.findIndex((row) => row.kind === 'message' && row.message.id === target.messageId);
    const key = rows[index]?.key;
    if (key === undefined) return;
    done.current = target;
    leave();
    list.current?.scrollToIndex(index, { align: 'center' });
    focusSoon(box.current, key);
    setFoundKey(key);
  }, [target, rows, list, box, leave]);
  useLayoutEffect(() => {
    if (foundKey === null) return;
    const timer = setTimeout(() => setFoundKey(null), foundForMs);
    return () => clearTimeout(timer);
  }, [foundKey]);
  return foundKey;
};
