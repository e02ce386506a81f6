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
  { id: 'unblock', icon: 'check' },
  { id: 'mute', icon: 'micOff' },
  { id: 'remove', icon: 'door', danger: true },
  { id: 'ban', icon: 'ban', danger: true },
  { id: 'delete', icon: 'trash', danger: true },
];

/** What is done about a message or its author stands behind what is done with it. */
const afterReactions: ReadonlySet<string> = new Set([
  'report',
  'block',
  'unblock',
  'mute',
  'remove',
  'ban',
  'delete',
]);

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
    if (id === 'unblock' || id === 'mute' || id === 'remove' || id === 'ban')
      return t(`members.actions.${id}`);
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
  const at = items.findIndex(({ id }) => afterReactions.has(id));
  return at === -1 ? [...items, whoReacted] : items.toSpliced(at, 0, whoReacted);
};
