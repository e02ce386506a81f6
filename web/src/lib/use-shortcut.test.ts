import { expect, it } from 'vitest';
import { commandKey } from './use-shortcut.ts';

it.each([
  ['MacIntel', '⌘K'],
  ['iPad', '⌘K'],
  ['Win32', 'Ctrl+K'],
  ['Linux x86_64', 'Ctrl+K'],
])('on %s the key is told as %s', (platform, told) => {
  expect(commandKey('K', { platform })).toBe(told);
});
