import { groupRooms, type RoomEntry } from '@boltorezka/sdk';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { createFoldedGroups } from './folded-groups.ts';
import styles from './lobby.module.css';
import { rankMatches } from './match.ts';
import { RoomGroup, RoomItems } from './room-group.tsx';
import { roomName } from './room-name.ts';

/** With fewer rooms than these, the eye is faster than a filter. */
const filterFrom = 15;

const ListFailed = ({ error }: { error: unknown }) => {
  const { t } = useTranslation();
  const { client } = useServices();
  return (
    <div className={styles.note} role="alert" data-testid="rooms-failed">
      <p>{t('lobby.failed')}</p>
      <p>{t(errorTextKey(error))}</p>
      <Button onClick={() => runQuietly(client.rooms.refresh())}>{t('common.tryAgain')}</Button>
    </div>
  );
};

interface RoomListProps {
  currentSlug: string;
  onPick: (slug: string) => void;
  onCreate: () => void;
  onWrite: () => void;
}

const EmptyList = ({ onCreate }: Pick<RoomListProps, 'onCreate'>) => {
  const { t } = useTranslation();
  return (
    <div className={styles.note} data-testid="rooms-empty">
      <p className={styles.noteTitle}>{t('lobby.emptyTitle')}</p>
      <p>{t('lobby.empty')}</p>
      <Button icon="plus" onClick={onCreate}>
        {t('lobby.create')}
      </Button>
    </div>
  );
};

interface GroupsProps extends RoomListProps {
  rooms: readonly RoomEntry[];
}

const Groups = ({ rooms, currentSlug, onPick, onWrite }: GroupsProps) => {
  const { t } = useTranslation();
  const { memory } = useServices();
  const [folded] = useState(() => createFoldedGroups(memory));
  const { groups, direct, archived } = useMemo(() => groupRooms(rooms), [rooms]);
  const items = { currentSlug, onPick };
  return (
    <>
      {groups.map(({ category, rooms: inGroup }) =>
        category === null ? (
          <RoomItems key="" rooms={inGroup} {...items} />
        ) : (
          <RoomGroup
            key={category}
            id={`category:${category}`}
            title={category}
            folded={folded}
            rooms={inGroup}
            {...items}
          />
        ),
      )}
      <RoomGroup
        id="direct"
        title={t('lobby.direct')}
        folded={folded}
        rooms={direct}
        empty={t('lobby.noDirect')}
        action={
          <IconButton
            icon="plus"
            label={t('lobby.newDirect')}
            data-testid="direct-create"
            onClick={onWrite}
          />
        }
        {...items}
      />
      {archived.length > 0 ? (
        <RoomGroup id="archived" title={t('lobby.archived')} folded={folded} rooms={archived} {...items} />
      ) : null}
    </>
  );
};

interface FilterProps {
  query: string;
  onQuery: (query: string) => void;
}

const Filter = ({ query, onQuery }: FilterProps) => {
  const { t } = useTranslation();
  return (
    <input
      type="search"
      className={styles.filter}
      aria-label={t('lobby.filter')}
      placeholder={t('lobby.filter')}
      data-testid="rooms-filter"
      value={query}
      onChange={(event) => onQuery(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && query !== '') {
          event.stopPropagation();
          event.preventDefault();
          onQuery('');
        }
      }}
    />
  );
};

/** What fits the filter, without headings: the best stands first. */
const Matches = ({ rooms, query, ...items }: GroupsProps & { query: string }) => {
  const { t } = useTranslation();
  const found = rankMatches(
    query,
    rooms.map((room) => ({ item: room, names: [roomName(room), room.slug, room.category ?? ''] })),
  );
  return (
    <>
      <p role="status" className={found.length > 0 ? 'visually-hidden' : styles.note}>
        {t('lobby.found', { count: found.length })}
      </p>
      <RoomItems rooms={found} {...items} />
    </>
  );
};

/** The rooms under their headings; where there are many, with a field that finds them. */
export const RoomList = (props: RoomListProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { status, rooms, error } = useStore(client.rooms.state);
  const [query, setQuery] = useState('');
  if (rooms.length === 0 && status === 'loading') return <p className={styles.note}>{t('lobby.loading')}</p>;
  const hasFilter = rooms.length >= filterFrom;
  return (
    <>
      {hasFilter ? <Filter query={query} onQuery={setQuery} /> : null}
      <div className={styles.scroll}>
        {status === 'failed' ? <ListFailed error={error} /> : null}
        {rooms.length === 0 && status === 'ready' ? <EmptyList onCreate={props.onCreate} /> : null}
        {hasFilter && query.trim() !== '' ? (
          <Matches {...props} rooms={rooms} query={query} />
        ) : (
          <Groups {...props} rooms={rooms} />
        )}
      </div>
    </>
  );
};
