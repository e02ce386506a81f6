import { describe, expect, it } from 'vitest';
import { writes } from './use-taken-keys.ts';

interface Held {
  ctrlKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
  isComposing?: boolean;
  defaultPrevented?: boolean;
  altGr?: boolean;
}

const press = (key: string, { altGr = false, ...held }: Held = {}): boolean => {
  const none = { ctrlKey: false, altKey: false, metaKey: false, isComposing: false, defaultPrevented: false };
  return writes({ ...none, ...held, key, getModifierState: () => altGr });
};

describe('a key that writes', () => {
  it('is a letter, a sign, and what AltGr makes of one', () => {
    expect(['a', 'ё', '?', '1'].map((key) => press(key))).toEqual([true, true, true, true]);
    expect(press('@', { ctrlKey: true, altKey: true, altGr: true })).toBe(true);
  });

  it('is none that moves, presses a button, is a command, or belongs to somebody else', () => {
    expect(['Enter', 'Tab', 'ArrowUp', 'F5', 'Dead', ' '].some((key) => press(key))).toBe(false);
    expect(press('k', { ctrlKey: true })).toBe(false);
    expect(press('k', { metaKey: true })).toBe(false);
    expect(press('k', { altKey: true })).toBe(false);
    expect(press('k', { isComposing: true })).toBe(false);
    expect(press('k', { defaultPrevented: true })).toBe(false);
  });
});
