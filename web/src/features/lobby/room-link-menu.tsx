import type { RoomEntry } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import type { Anchor } from '../../ui/anchor.ts';
import { Menu } from '../../ui/menu.tsx';
import { useCloseItem, useCopyLinkItem, useNotifyItems } from './room-items.ts';

interface RoomLinkMenuProps {
  room: RoomEntry;
  anchor: Anchor;
  onClose: () => void;
}

/** What can be done with a room from the list: the rest stands in the menu of the room itself. */
export const RoomLinkMenu = ({ room, anchor, onClose }: RoomLinkMenuProps) => {
  const { t } = useTranslation();
  const notify = useNotifyItems(room);
  const link = useCopyLinkItem(room.slug);
  const close = useCloseItem(room.slug);
  return (
    <Menu
      anchor={anchor}
      label={t('room.menu')}
      // A room of two is nowhere for anybody else to go.
      items={[...notify, room.kind === 'room' ? link : close]}
      onClose={onClose}
      testId="room-link-menu"
    />
  );
};
