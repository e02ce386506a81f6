import { expect, it } from 'vitest';
import { ariaShortcut, shortcutLabel } from './use-shortcut.ts';

it.each([
  ['MacIntel', '⌘K', '⇧⌘M', 'Meta+Shift+M'],
  ['iPad', '⌘K', '⇧⌘M', 'Meta+Shift+M'],
  ['Win32', 'Ctrl+K', 'Ctrl+Shift+M', 'Control+Shift+M'],
  ['Linux x86_64', 'Ctrl+K', 'Ctrl+Shift+M', 'Control+Shift+M'],
])('on %s the keys are told as %s and %s', (platform, ...told) => {
  const [alone, shifted] = [{ code: 'KeyK' }, { code: 'KeyM', shift: true }];
  expect([
    shortcutLabel(alone, { platform }),
    shortcutLabel(shifted, { platform }),
    ariaShortcut(shifted, { platform }),
  ]).toEqual(told);
});
