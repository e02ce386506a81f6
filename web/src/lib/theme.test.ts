import { expect, it } from 'vitest';
import { createMapMemory } from '../../test/map-memory.ts';
import { createThemeChoice } from './theme.ts';

const createRoot = (): HTMLElement => ({ dataset: {} }) as HTMLElement;

it('remembers a theme that was chosen, and follows the system again when asked to', () => {
  const memory = createMapMemory();
  const root = createRoot();
  const theme = createThemeChoice({ memory, root });
  expect(root.dataset.theme).toBeUndefined();
  theme.choose('dark');
  expect(root.dataset.theme).toBe('dark');
  const next = createRoot();
  expect(createThemeChoice({ memory, root: next }).state.get()).toBe('dark');
  expect(next.dataset.theme).toBe('dark');
  theme.choose('system');
  expect(root.dataset.theme).toBeUndefined();
  expect(createThemeChoice({ memory, root: createRoot() }).state.get()).toBe('system');
});

it('takes no theme from what it does not know', () => {
  const memory = createMapMemory([['boltorezka.theme', 'sepia']]);
  expect(createThemeChoice({ memory, root: createRoot() }).state.get()).toBe('system');
});
