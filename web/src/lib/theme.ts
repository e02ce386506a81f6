import { createStore, type Store } from '@boltorezka/sdk';
import type { Memory } from './storage.ts';

export const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

// `boot.js` reads the same key before the first paint.
const storageKey = 'boltorezka.theme';

/** What is no theme counts as none chosen. */
export const parseTheme = (text: string | null): Theme => themes.find((theme) => theme === text) ?? 'system';

/** Light, dark, or as the system has it; chosen here, remembered on this device. */
export interface ThemeChoice {
  state: Store<Theme>;
  choose(theme: Theme): void;
}

interface ThemeDeps {
  memory: Memory;
  root: HTMLElement;
}

export const createThemeChoice = ({ memory, root }: ThemeDeps): ThemeChoice => {
  const state = createStore(parseTheme(memory.load(storageKey)));
  const apply = (): void => {
    const theme = state.get();
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  apply();
  return {
    state,
    choose(theme) {
      state.set(theme);
      memory.save(storageKey, theme === 'system' ? null : theme);
      apply();
    },
  };
};
