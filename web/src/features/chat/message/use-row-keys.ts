import type { TimelineMessage } from '@boltorezka/sdk';
import type { KeyboardEvent } from 'react';
import type { Anchor } from '../../../ui/anchor.ts';
import { hasAny, type MessageRights, rightsOf } from './rights.ts';
import { shortcutOf } from './shortcuts.ts';
import { type MessageActs, useSurface } from './surface.tsx';

interface Doing {
  message: TimelineMessage;
  acts: MessageActs;
  anchor: Anchor;
}

/** Does what was chosen, by a key or in the menu. */
export const doAction = (action: keyof MessageRights, { message, acts, anchor }: Doing): void => {
  switch (action) {
    case 'react':
      return acts.open({ kind: 'emoji', message, anchor });
    case 'pin':
      return acts.pin(message, message.pinnedAt === null);
    case 'delete':
    case 'report':
    case 'block':
    case 'mute':
    case 'remove':
    case 'ban':
      return acts.open({ kind: action, message });
    case 'reply':
    case 'edit':
    case 'openThread':
    case 'copyText':
    case 'copyLink':
    case 'unblock':
      return acts[action](message);
    default:
      return action satisfies never;
  }
};

/** Keys on a message that has the focus; in what stands inside it, keys are its own. */
export const useRowKeys = (message: TimelineMessage) => {
  const surface = useSurface();
  return (event: KeyboardEvent<HTMLElement>): void => {
    const { currentTarget: anchor, target } = event;
    const { acts } = surface;
    if (event.key === 'Escape') {
      event.stopPropagation();
      if (target === anchor) acts.leave();
      else anchor.focus();
      return;
    }
    const shortcut = target === anchor ? shortcutOf(event) : null;
    if (shortcut === null) return;
    const rights = rightsOf(message, surface);
    if (shortcut === 'menu') {
      event.preventDefault();
      if (hasAny(rights)) acts.open({ kind: 'menu', message, anchor });
    } else if (rights[shortcut]) {
      event.preventDefault();
      doAction(shortcut, { message, acts, anchor });
    }
  };
};
