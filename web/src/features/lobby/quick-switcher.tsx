import type { RoomEntry } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useStore } from '../../lib/use-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Count } from '../../ui/count.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PickList, type PickOption } from '../../ui/pick-list.tsx';
import { directErrorKey } from '../people/direct-error.ts';
import { usePeopleSearch } from '../people/use-people-search.ts';
import { marksOf } from './marks.ts';
import { findPlaces, type Place } from './places.ts';
import { RoomMark } from './room-link.tsx';
import { roomName } from './room-name.ts';

const idOf = (place: Place): string =>
  place.kind === 'room' ? `room-${place.room.slug}` : `person-${place.person.userId}`;

const hasNews = (room: RoomEntry): boolean => {
  const { mentionCount, unreadCount } = marksOf(room);
  return mentionCount + unreadCount > 0;
};

const News = ({ room }: { room: RoomEntry }) => {
  const { t } = useTranslation();
  const { mentionCount, unreadCount } = marksOf(room);
  return (
    <>
      <Count count={unreadCount} label={t('lobby.unread', { count: unreadCount })} />
      <Count strong count={mentionCount} label={t('lobby.mentions', { count: mentionCount })} />
    </>
  );
};

const useOption = () => {
  const { t } = useTranslation();
  return (place: Place): PickOption => {
    if (place.kind === 'person') {
      const { userId, userName } = place.person;
      const mark = <Avatar size="small" userId={userId} name={userName} />;
      return { id: idOf(place), label: userName, mark, note: t('lobby.person'), testId: 'place' };
    }
    const { room } = place;
    const where = room.archivedAt ? t('lobby.archivedRoom') : room.category;
    const note = hasNews(room) ? <News room={room} /> : where;
    return { id: idOf(place), label: roomName(room), mark: <RoomMark room={room} />, note, testId: 'place' };
  };
};

interface SwitcherProps {
  onOpened: (slug: string) => void;
}

const Switcher = ({ onOpened }: SwitcherProps) => {
  const { t } = useTranslation();
  const { client, router } = useServices();
  const { user } = useStore(client.auth.state);
  const { rooms } = useStore(client.rooms.state);
  const currentSlug = useStore(router.roomSlug);
  const [query, setQuery] = useState('');
  const { people } = usePeopleSearch(query.trim() === '' ? null : { query, limit: 8 });
  const { error, run } = useAction();
  const toOption = useOption();
  const places = findPlaces({ query, rooms, people, currentSlug, selfId: user?.id ?? null });
  const go = async (id: string): Promise<void> => {
    const place = places.find((other) => idOf(other) === id);
    if (place?.kind === 'room') onOpened(place.room.slug);
    if (place?.kind === 'person')
      await run(async () => onOpened((await client.rooms.openDirect(place.person.userId)).slug));
  };
  return (
    <>
      {error ? <Notice tone="danger">{t(directErrorKey(error))}</Notice> : null}
      <PickList
        label={t('lobby.whereTo')}
        query={query}
        onQuery={setQuery}
        options={places.map(toOption)}
        onPick={(id) => void go(id)}
        status={t('lobby.found', { count: places.length })}
        testId="switch-query"
      />
    </>
  );
};

interface QuickSwitcherProps extends SwitcherProps {
  open: boolean;
  onClose: () => void;
}

/** A room or a person by a few letters. */
export const QuickSwitcher = ({ open, onClose, onOpened }: QuickSwitcherProps) => {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t('lobby.switchTitle')}>
      <Switcher onOpened={onOpened} />
    </Dialog>
  );
};
