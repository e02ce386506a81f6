import type { NotifyLevel, RoomState } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { sectionsFor } from '../moderation/settings-sections.ts';
import { useCopyLink } from './use-copy-link.ts';

export type RoomDialog = 'invite' | 'settings' | 'leave';

interface RoomMenuProps {
  state: RoomState;
  onOpen: (dialog: RoomDialog) => void;
}

const levels: readonly NotifyLevel[] = ['all', 'mentions', 'nothing'];

const useNotifyItems = ({ slug }: RoomState): MenuItem[] => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { rooms } = useStore(client.rooms.state);
  const chosen = rooms.find((room) => room.slug === slug)?.notify;
  if (chosen === undefined) return [];
  const choose = (level: NotifyLevel): void => {
    client.rooms.setNotify(slug, level).catch((error: unknown) => toasts.show(t(errorTextKey(error))));
  };
  return levels.map((level) => ({
    id: level,
    label: t(`room.notify.${level}`),
    checked: level === chosen,
    testId: `room-notify-${level}`,
    onSelect: () => choose(level),
  }));
};

const useRoomItems = ({ state, onOpen }: RoomMenuProps): MenuItem[] => {
  const { t } = useTranslation();
  const copyLink = useCopyLink(state.slug);
  const { details, may, self } = state;
  if (details?.kind !== 'room') return [];
  const item = (id: string, label: string, onSelect: () => void): MenuItem => ({
    id,
    label,
    onSelect,
    testId: id,
  });
  const hasSettings = sectionsFor(may, details).length > 0;
  return [
    { ...item('room-link', t('room.copyLink'), () => runQuietly(copyLink())), icon: 'link', apart: true },
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
    ...(self?.role
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
export const RoomMenu = (props: RoomMenuProps) => {
  const { t } = useTranslation();
  const items = [...useNotifyItems(props.state), ...useRoomItems(props)];
  if (items.length === 0) return null;
  return (
    <Menu
      label={t('room.menu')}
      items={items}
      button={(button) => (
        <IconButton icon="more" label={t('room.menu')} data-testid="room-menu" {...button} />
      )}
    />
  );
};
