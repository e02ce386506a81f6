import type { TimelineMessage } from '@boltorezka/sdk';
import type { TFunction } from 'i18next';
import type { Anchor } from '../../../ui/anchor.ts';
import type { IconName } from '../../../ui/icon.tsx';
import type { MenuItem } from '../../../ui/menu.tsx';
import type { MessageRights } from '../message/rights.ts';
import { shortcutLabels } from '../message/shortcuts.ts';
import type { MessageActs } from '../message/surface.tsx';
import { doAction } from '../message/use-row-keys.ts';

/** In the order of the menu. Reacting has a row of its own above. */
const actions: readonly { id: Exclude<keyof MessageRights, 'react'>; icon: IconName; danger?: boolean }[] = [
  { id: 'reply', icon: 'reply' },
  { id: 'openThread', icon: 'thread' },
  { id: 'edit', icon: 'edit' },
  { id: 'copyText', icon: 'copy' },
  { id: 'copyLink', icon: 'link' },
  { id: 'pin', icon: 'pin' },
  { id: 'report', icon: 'flag' },
  { id: 'block', icon: 'ban' },
  { id: 'delete', icon: 'trash', danger: true },
];

interface ItemsInput {
  message: TimelineMessage;
  anchor: Anchor;
  acts: MessageActs;
  rights: MessageRights;
  t: TFunction;
}

/** The menu of a message: what may be done with it, and who reacted. */
export const actionItems = ({ message, anchor, acts, rights, t }: ItemsInput): MenuItem[] => {
  const labelOf = (id: (typeof actions)[number]['id']): string => {
    if (id === 'pin') return message.pinnedAt === null ? t('chat.actions.pin') : t('chat.actions.unpin');
    if (id === 'block') return t('chat.actions.block', { name: message.userName });
    return t(`chat.actions.${id}`);
  };
  const items = actions
    .filter(({ id }) => rights[id])
    .map(
      ({ id, icon, danger = false }): MenuItem => ({
        id,
        icon,
        danger,
        testId: `action-${id}`,
        label: labelOf(id),
        shortcut: shortcutLabels[id],
        onSelect: () => doAction(id, { message, acts, anchor }),
      }),
    );
  if (message.reactions.length === 0) return items;
  const whoReacted: MenuItem = {
    id: 'reactions',
    icon: 'users',
    testId: 'action-reactions',
    label: t('chat.actions.whoReacted'),
    onSelect: () => acts.open({ kind: 'reactions', message, anchor }),
  };
  const at = items.findIndex(({ id }) => id === 'report' || id === 'block' || id === 'delete');
  return at === -1 ? [...items, whoReacted] : items.toSpliced(at, 0, whoReacted);
};
