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
}

/** More at once would cover the page; the oldest goes. */
const maxShown = 3;

export const createToasts = (): Toasts => {
  const state = createStore<readonly Toast[]>([]);
  let lastId = 0;
  return {
    state,
    show(text) {
      lastId += 1;
      state.set([...state.get(), { id: lastId, text }].slice(-maxShown));
    },
    dismiss(id) {
      state.set(state.get().filter((toast) => toast.id !== id));
    },
  };
};
