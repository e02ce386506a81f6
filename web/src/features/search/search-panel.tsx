import type { RoomState, SearchResult } from '@boltorezka/sdk';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Entry } from '../chat/panels/entry.tsx';
import styles from '../chat/panels/panels.module.css';
import { useTimes } from '../chat/times.ts';
import type { ConversationHandle } from '../chat/use-conversation.ts';
import { useBlockedIds } from '../people/use-blocked-ids.ts';
import { DayForm } from './day-form.tsx';
import { noFilters, toSearchInput } from './filters.ts';
import { SearchFields } from './search-fields.tsx';
import { useSearch } from './use-search.ts';

interface SearchPanelProps {
  state: RoomState;
  conversation: ConversationHandle;
}

/** The words that were found stand out. Of a message without any, its files. */
const Snippet = ({ snippet, message }: Pick<SearchResult, 'snippet' | 'message'>) => {
  const { t } = useTranslation();
  // It can be unfolded where it was written.
  if (useBlockedIds().has(message.userId)) return t('chat.folded');
  if (snippet.length === 0) return message.attachments.map(({ name }) => name).join(', ');
  return snippet.map(({ text, isMatch }, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change their order.
    if (!isMatch) return <span key={index}>{text}</span>;
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change their order.
    return <mark key={index}>{text}</mark>;
  });
};

interface ResultsProps {
  search: ReturnType<typeof useSearch>;
  isEverywhere: boolean;
  onOpen: (result: SearchResult) => void;
}

const Results = ({ search: { results, isBusy, nextCursor, more }, isEverywhere, onOpen }: ResultsProps) => {
  const { t } = useTranslation();
  const times = useTimes();
  if (!results || results.length === 0) return null;
  return (
    <>
      <ul className={styles.entries}>
        {results.map((result) => (
          <li key={result.message.key}>
            <Entry
              userName={result.message.userName}
              createdAt={result.message.createdAt}
              times={times}
              where={isEverywhere ? result.roomTitle : undefined}
              testId="search-result"
              onOpen={() => onOpen(result)}
            >
              <Snippet snippet={result.snippet} message={result.message} />
            </Entry>
          </li>
        ))}
      </ul>
      {nextCursor === null ? null : (
        <div className={styles.more}>
          <Button variant="link" aria-disabled={isBusy} data-testid="search-more" onClick={more}>
            {t('search.more')}
          </Button>
        </div>
      )}
    </>
  );
};

const Outcome = ({ search: { results, isBusy, error, nextCursor } }: Pick<ResultsProps, 'search'>) => {
  const { t } = useTranslation();
  const count = results?.length ?? 0;
  const text = () => {
    if (error) return t(errorTextKey(error));
    if (results === null) return isBusy ? t('search.busy') : t('search.hint');
    if (count === 0) return t('search.nothing');
    return nextCursor === null ? t('search.found', { count }) : t('search.foundMore', { count });
  };
  return (
    <p
      className={count > 0 && !error ? 'visually-hidden' : styles.note}
      role="status"
      data-testid="search-outcome"
    >
      {text()}
    </p>
  );
};

const Retry = ({ search: { error, retry } }: Pick<ResultsProps, 'search'>) => {
  const { t } = useTranslation();
  if (!error) return null;
  return (
    <div className={styles.more}>
      <Button onClick={retry}>{t('common.tryAgain')}</Button>
    </div>
  );
};

/** Finds what was written, here or in every room, and leads there. */
export const SearchPanel = ({ state, conversation }: SearchPanelProps) => {
  const { router } = useServices();
  const [filters, setFilters] = useState(noFilters);
  const input = useMemo(() => toSearchInput(filters, state.slug), [filters, state.slug]);
  const search = useSearch(input);
  const open = ({ message: { id, threadRootId }, roomSlug }: SearchResult): void => {
    if (id === null) return;
    if (roomSlug === state.slug) conversation.showMessage({ messageId: id, threadRootId });
    else router.openMessage(roomSlug, id);
  };
  return (
    <>
      <SearchFields filters={filters} onChange={(change) => setFilters({ ...filters, ...change })}>
        <DayForm onGo={conversation.jumpToDay} />
      </SearchFields>
      <div className={styles.body} aria-busy={search.isBusy}>
        <Results search={search} isEverywhere={filters.isEverywhere} onOpen={open} />
        <Outcome search={search} />
        <Retry search={search} />
      </div>
    </>
  );
};
