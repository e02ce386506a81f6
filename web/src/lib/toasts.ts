import { createStore, type Store } from '@boltorezka/sdk';

export interface Toast {
  id: number;
  text: string;
  /** When it was shown, ms of some clock. */
  at: number;
}

/** Where toasts stand: in the uppermost dialog, since what lies under one is neither seen nor heard; null is the page. */
export interface ToastPlace {
  dialog: HTMLElement | null;
  /** Since when they stand there. */
  since: number;
}

/** Short words about what was just done. They take no focus, and nothing depends on them being read. */
export interface Toasts {
  state: Store<readonly Toast[]>;
  show(text: string): void;
  dismiss(id: number): void;
  place: Store<ToastPlace>;
  /** A dialog is over the page. @returns what ends that. */
  standIn(dialog: HTMLElement): () => void;
}

/** More at once would cover the page; the oldest goes. */
const maxShown = 3;

/** What closes a dialog is often what has something to say: so lately, nobody has read it aloud there yet. */
const unreadForMs = 300;

/** Whether a toast was read aloud where toasts stood before: it is not to be read again because it has moved. */
export const isHeard = ({ at }: Toast, { since }: ToastPlace): boolean => at < since - unreadForMs;

export const createToasts = (now: () => number = () => performance.now()): Toasts => {
  const state = createStore<readonly Toast[]>([]);
  const place = createStore<ToastPlace>({ dialog: null, since: now() });
  const dialogs: HTMLElement[] = [];
  const move = (): void => place.set({ dialog: dialogs.at(-1) ?? null, since: now() });
  let lastId = 0;
  return {
    state,
    place,
    show(text) {
      lastId += 1;
      state.set([...state.get(), { id: lastId, text, at: now() }].slice(-maxShown));
    },
    dismiss(id) {
      state.set(state.get().filter((toast) => toast.id !== id));
    },
    standIn(dialog) {
      dialogs.push(dialog);
      move();
      return () => {
        dialogs.splice(dialogs.indexOf(dialog), 1);
        move();
      };
    },
  };
};
