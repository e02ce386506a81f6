import type { MessageRights } from './rights.ts';

/** What a key does on a message that has the focus. */
export type Shortcut = keyof MessageRights | 'menu';

/** By place on the keyboard, whatever letters it has. */
const codes: Readonly<Record<string, Shortcut>> = {
  Enter: 'menu',
  Space: 'menu',
  ContextMenu: 'menu',
  KeyR: 'reply',
  KeyE: 'edit',
  KeyT: 'openThread',
  KeyP: 'pin',
  KeyC: 'copyText',
  KeyL: 'copyLink',
  Equal: 'react',
  NumpadAdd: 'react',
  Delete: 'delete',
};

/** As it is told in the menu. */
export const shortcutLabels: Readonly<Partial<Record<Shortcut, string>>> = {
  reply: 'R',
  edit: 'E',
  openThread: 'T',
  pin: 'P',
  copyText: 'C',
  copyLink: 'L',
  react: '+',
  delete: 'Del',
};

interface Key {
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Null where the key is for something else: with Control held, it is the browser's. */
export const shortcutOf = ({ code, ctrlKey, metaKey, altKey }: Key): Shortcut | null =>
  ctrlKey || metaKey || altKey ? null : (codes[code] ?? null);
