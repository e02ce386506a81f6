import type { RoomState } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Badged } from '../../ui/badged.tsx';
import { IconButton } from '../../ui/button.tsx';
import type { MenuItem } from '../../ui/menu.tsx';
import { WithMenu } from '../../ui/menu-button.tsx';
import { useCloseItem, useCopyLinkItem, useNotifyItems } from '../lobby/room-items.ts';
import { sectionsFor } from '../moderation/settings-sections.ts';

export type RoomDialog = 'invite' | 'settings' | 'leave';

interface RoomMenuProps {
  state: RoomState;
  /** What stands before all else. */
  first: readonly MenuItem[];
  /** What is among that and should be seen without opening the menu. */
  news: readonly NonNullable<MenuItem['news']>[];
  onOpen: (dialog: RoomDialog) => void;
}

const useOwnNotifyItems = ({ slug }: RoomState): MenuItem[] => {
  const { rooms } = useStore(useServices().client.rooms.state);
  const listed = rooms.find((room) => room.slug === slug);
  const items = useNotifyItems(listed ?? { slug, notify: 'all' });
  return listed ? items : [];
};

const useRoomItems = ({ state, onOpen }: Pick<RoomMenuProps, 'state' | 'onOpen'>): MenuItem[] => {
  const { t } = useTranslation();
  const link = useCopyLinkItem(state.slug);
  const close = useCloseItem(state.slug);
  const { details, may, self } = state;
  if (details?.kind === 'direct') return [close];
  if (!details) return [];
  const item = (id: string, label: string, onSelect: () => void): MenuItem => ({
    id,
    label,
    onSelect,
    testId: id,
  });
  const hasSettings = sectionsFor(may, details).length > 0;
  return [
    link,
    ...(may.invite
      ? [{ ...item('room-invite', t('room.invite'), () => onOpen('invite')), icon: 'userPlus' as const }]
      : []),
    ...(hasSettings
      ? [
          {
            ...item('room-settings', t('room.settings'), () => onOpen('settings')),
            icon: 'settings' as const,
          },
        ]
      : []),
    // Whoever leaves a public room has no role there, and may do more than a guest: a guest stays one.
    ...(self?.role && !(details.isPublic && self.role === 'guest')
      ? [
          {
            ...item('room-leave', t('room.leave'), () => onOpen('leave')),
            ...{ icon: 'door' as const, danger: true, apart: true },
          },
        ]
      : []),
  ];
};

/** What else can be done with a room. */
export const RoomMenu = ({ state, first, news, onOpen }: RoomMenuProps) => {
  const { t } = useTranslation();
  const [notify, ...levels] = useOwnNotifyItems(state);
  const notifyItems = notify ? [{ ...notify, apart: first.length > 0 }, ...levels] : [];
  const items = [...first, ...notifyItems, ...useRoomItems({ state, onOpen })];
  if (items.length === 0) return null;
  const label = [t('room.menu'), ...news.map((one) => one.label)].join(', ');
  const count = news.reduce((sum, one) => sum + one.count, 0);
  return (
    <WithMenu
      label={t('room.menu')}
      items={items}
      button={(button) => (
        <Badged count={count}>
          <IconButton icon="more" label={label} data-testid="room-menu" {...button} />
        </Badged>
      )}
    />
  );
};
