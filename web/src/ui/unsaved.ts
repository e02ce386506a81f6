import { createContext, type FocusEvent, useContext, useMemo, useRef } from 'react';

type Control = HTMLInputElement | HTMLTextAreaElement;

/** What is typed to find something is no loss; nor is what `data-passing` is said of, such as a name typed to confirm. */
const typesOfWords = new Set(['text', 'email', 'password', 'url', 'tel', 'number']);

const holdsWords = (target: EventTarget): target is Control =>
  (target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && typesOfWords.has(target.type))) &&
  target.form !== null &&
  target.dataset.passing === undefined;

/** The words in the forms of a dialog, as they were when somebody first came to them. */
export const useWords = () => {
  const known = useRef(new Map<Control, string>());
  const last = useRef<Control>(null);
  return useMemo(() => {
    // A field that is not drawn any more has nothing to lose.
    const shown = () => [...known.current].filter(([control]) => control.isConnected);
    return {
      noteFocus({ target }: FocusEvent): void {
        if (!holdsWords(target)) return;
        last.current = target;
        if (!known.current.has(target)) known.current.set(target, target.value);
      },
      /** To where somebody wrote last. */
      comeBack: () => last.current?.focus(),
      areUnsaved: () => shown().some(([control, before]) => control.value !== before),
      settle(): void {
        known.current = new Map(shown().map(([control]) => [control, control.value]));
      },
    };
  }, []);
};

interface Unsaved {
  /** What is written here was saved, and the dialog stays open. */
  settle(): void;
  /** Does what takes the words in this dialog away; whoever has written some is asked before. */
  leave(act: () => void): void;
}

export const UnsavedContext = createContext<Unsaved>({ settle: () => undefined, leave: (act) => act() });

/** The words in the dialog around. */
export const useUnsaved = (): Unsaved => useContext(UnsavedContext);
