import { createStore, type Store } from '@boltorezka/sdk';

export interface Toast {
  id: number;
  text: string;
}

/** Short words about what was just done. They take no focus, and nothing depends on them being read. */
export interface Toasts {
  state: Store<readonly Toast[]>;
  show(text: string): void;
  dismiss(id: number): void;
  /** Where they stand: in the uppermost dialog, since what lies under one is neither seen nor heard; null is the page. */
  place: Store<HTMLElement | null>;
  /** A dialog is over the page. @returns what ends that. */
  standIn(dialog: HTMLElement): () => void;
}

/** More at once would cover the page; the oldest goes. */
const maxShown = 3;

export const createToasts = (): Toasts => {
  const state = createStore<readonly Toast[]>([]);
  const place = createStore<HTMLElement | null>(null);
  const dialogs: HTMLElement[] = [];
  let lastId = 0;
  return {
    state,
    place,
    show(text) {
      lastId += 1;
      state.set([...state.get(), { id: lastId, text }].slice(-maxShown));
    },
    dismiss(id) {
      state.set(state.get().filter((toast) => toast.id !== id));
    },
    standIn(dialog) {
      dialogs.push(dialog);
      place.set(dialog);
      return () => {
        dialogs.splice(dialogs.indexOf(dialog), 1);
        place.set(dialogs.at(-1) ?? null);
      };
    },
  };
};
