import type { NotifyLevel, RoomEntry } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import type { MenuItem } from '../../ui/menu.tsx';
import { useOtherRoom } from '../room/use-other-room.ts';
import { useCopyLink } from './use-copy-link.ts';

const levels: readonly NotifyLevel[] = ['all', 'mentions', 'nothing'];

/** Which messages of a room are told: one of three. */
export const useNotifyItems = ({ slug, notify }: Pick<RoomEntry, 'slug' | 'notify'>): MenuItem[] => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const choose = (level: NotifyLevel): void => {
    client.rooms.setNotify(slug, level).catch((error: unknown) => toasts.show(t(errorTextKey(error))));
  };
  return levels.map((level) => ({
    id: level,
    label: t(`room.notify.${level}`),
    checked: level === notify,
    testId: `room-notify-${level}`,
    onSelect: () => choose(level),
  }));
};

/** Takes a room of two out of my list; whoever has it before their eyes is led elsewhere. */
export const useCloseItem = (slug: string): MenuItem => {
  const { t } = useTranslation();
  const { client, router, toasts } = useServices();
  const other = useOtherRoom(slug);
  const close = (): void => {
    if (router.roomSlug.get() === slug && other) router.openRoom(other.slug, { replace: true });
    client.rooms.setClosed(slug, true).then(
      () => toasts.show(t('room.closedDirect')),
      (error: unknown) => toasts.show(t(errorTextKey(error))),
    );
  };
  return {
    id: 'room-close',
    testId: 'room-close',
    icon: 'close',
    apart: true,
    label: t('room.closeDirect'),
    onSelect: close,
  };
};

export const useCopyLinkItem = (slug: string): MenuItem => {
  const { t } = useTranslation();
  const copyLink = useCopyLink(slug);
  return {
    id: 'room-link',
    testId: 'room-link',
    icon: 'link',
    apart: true,
    label: t('room.copyLink'),
    onSelect: () => runQuietly(copyLink()),
  };
};
