import { createStore, type Store } from '@boltorezka/sdk';
import type { Memory } from '../../lib/storage.ts';

const storageKey = 'boltorezka.foldedGroups';

/** A heading of the list: a category by its name, or one of the two that are always called the same. */
export type GroupId = `category:${string}` | 'direct' | 'archived';

/** What nobody has touched: what is over is folded away, the rest is in view. */
const isFoldedAtFirst = (id: GroupId): boolean => id === 'archived';

const parse = (text: string | null): Record<string, boolean> => {
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return {};
    const entries = Object.entries(parsed).filter(([, value]) => typeof value === 'boolean');
    return Object.fromEntries(entries) as Record<string, boolean>;
  } catch {
    return {};
  }
};

/** Which headings of the list are folded; chosen here, remembered on this device. */
export interface FoldedGroups {
  state: Store<Readonly<Record<string, boolean>>>;
  isFolded(id: GroupId): boolean;
  toggle(id: GroupId): void;
}

export const createFoldedGroups = (memory: Memory): FoldedGroups => {
  const state = createStore<Readonly<Record<string, boolean>>>(parse(memory.load(storageKey)));
  const isFolded = (id: GroupId): boolean => state.get()[id] ?? isFoldedAtFirst(id);
  return {
    state,
    isFolded,
    toggle(id) {
      const { [id]: _, ...others } = state.get();
      const next = !isFolded(id);
      // What is as it was at first is not kept: categories come and go.
      state.set(next === isFoldedAtFirst(id) ? others : { ...others, [id]: next });
      const kept = state.get();
      memory.save(storageKey, Object.keys(kept).length === 0 ? null : JSON.stringify(kept));
    },
  };
};
