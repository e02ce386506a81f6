import type { NotifyLevel, RoomState } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { IconButton } from '../../ui/button.tsx';
import type { MenuItem } from '../../ui/menu.tsx';
import { WithMenu } from '../../ui/menu-button.tsx';
import { sectionsFor } from '../moderation/settings-sections.ts';
import styles from './room.module.css';
import { useCopyLink } from './use-copy-link.ts';

export type RoomDialog = 'invite' | 'settings' | 'leave';

interface RoomMenuProps {
  state: RoomState;
  /** What stands before all else. */
  first: readonly MenuItem[];
  /** What is among that and should be seen without opening the menu. */
  badge: { count: number; label: string } | null;
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

const useRoomItems = ({ state, onOpen }: Pick<RoomMenuProps, 'state' | 'onOpen'>): MenuItem[] => {
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
export const RoomMenu = ({ state, first, badge, onOpen }: RoomMenuProps) => {
  const { t } = useTranslation();
  const [notify, ...levels] = useNotifyItems(state);
  const notifyItems = notify ? [{ ...notify, apart: first.length > 0 }, ...levels] : [];
  const items = [...first, ...notifyItems, ...useRoomItems({ state, onOpen })];
  if (items.length === 0) return null;
  const label = badge ? `${t('room.menu')}, ${badge.label}` : t('room.menu');
  return (
    <WithMenu
      label={t('room.menu')}
      items={items}
      button={(button) => (
        <span className={styles.badged}>
          <IconButton icon="more" label={label} data-testid="room-menu" {...button} />
          {badge ? (
            <span className={styles.badge} aria-hidden="true">
              {badge.count}
            </span>
          ) : null}
        </span>
      )}
    />
  );
};
