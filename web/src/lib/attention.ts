/** Where something is said: in a room, or in one of its threads. */
export interface SpokenPlace {
  roomSlug: string;
  threadRootId: string | null;
}

export const isSamePlace = (one: SpokenPlace, other: SpokenPlace): boolean =>
  one.roomSlug === other.roomSlug && one.threadRootId === other.threadRootId;

/** What somebody has before their eyes: one answer for what counts as read, and for what is worth a notification. */
export interface Attention {
  /** The page is shown and has the focus, and nothing modal stands over the element. */
  isOn(element: Element): boolean;
  /** The element shows what is said there. @returns what ends that. */
  show(place: SpokenPlace, element: Element): () => void;
  /** Where somebody looks now. */
  places(): readonly SpokenPlace[];
  /**
   * What had the focus has gone from the page: whoever works by keyboard would begin at the top again. As the page loads
   * nothing is lost, and it begins with the way past the rooms.
   */
  isFocusLost(): boolean;
  /** Told whenever that may be another. */
  subscribe(listener: () => void): () => void;
}

/** Of these, `toggle` and `close` come from dialogs, and do not bubble. */
const pageEvents = ['visibilitychange', 'toggle', 'close'] as const;
const windowEvents = ['focus', 'blur'] as const;

export const createAttention = (window: Window): Attention => {
  const { document } = window;
  const shown = new Map<Element, SpokenPlace>();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  for (const name of pageEvents) document.addEventListener(name, tell, true);
  for (const name of windowEvents) window.addEventListener(name, tell);
  let hasHadFocus = false;
  document.addEventListener('focusin', () => {
    hasHadFocus = true;
  });
  const isOn = (element: Element): boolean =>
    document.visibilityState === 'visible' &&
    document.hasFocus() &&
    [...document.querySelectorAll('dialog:modal')].every((dialog) => dialog.contains(element));
  return {
    isOn,
    show(place, element) {
      shown.set(element, place);
      tell();
      return () => {
        shown.delete(element);
        tell();
      };
    },
    isFocusLost: () => hasHadFocus && document.activeElement === document.body,
    places: () => [...shown].flatMap(([element, place]) => (isOn(element) ? [place] : [])),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
