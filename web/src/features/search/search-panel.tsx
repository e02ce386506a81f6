import { limits, type Member, type RoomState, type SearchResult, type User } from '@boltorezka/sdk';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, SelectField } from '../../ui/field.tsx';
import { Entry } from '../chat/panels/entry.tsx';
import styles from '../chat/panels/panels.module.css';
import { useTimes } from '../chat/times.ts';
import type { ConversationHandle } from '../chat/use-conversation.ts';
import { PersonField } from './person-field.tsx';
import { useSearch } from './use-search.ts';

interface SearchPanelProps {
  state: RoomState;
  me: User;
  conversation: ConversationHandle;
}

/** The words that were found stand out. */
const Snippet = ({ snippet }: Pick<SearchResult, 'snippet'>) =>
  snippet.map(({ text, isMatch }, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change their order.
    if (!isMatch) return <span key={index}>{text}</span>;
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change their order.
    return <mark key={index}>{text}</mark>;
  });

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
              <Snippet snippet={result.snippet} />
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

/** Finds what was written, here or in every room, and leads there. */
export const SearchPanel = ({ state, me, conversation }: SearchPanelProps) => {
  const { t } = useTranslation();
  const { router } = useServices();
  const [query, setQuery] = useState('');
  const [isEverywhere, setEverywhere] = useState(false);
  const [from, setFrom] = useState<Member | null>(null);
  const search = useSearch({ query, roomSlug: isEverywhere ? null : state.slug, from });
  const people = useMemo(
    () =>
      [{ userId: me.id, userName: me.name }, ...state.messages, ...state.members].map(
        ({ userId, userName }) => ({ userId, userName }),
      ),
    [me, state.messages, state.members],
  );
  const open = ({ message: { id, threadRootId }, roomSlug }: SearchResult): void => {
    if (id === null) return;
    if (roomSlug === state.slug) conversation.showMessage({ messageId: id, threadRootId });
    else router.openMessage(roomSlug, id);
  };
  return (
    <>
      <search className={styles.filters}>
        <Field
          label={t('search.words')}
          type="search"
          autoFocus
          maxLength={limits.maxSearchLength}
          data-testid="search-input"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <div className={styles.pair}>
          <SelectField
            label={t('search.where')}
            data-testid="search-where"
            value={isEverywhere ? 'everywhere' : 'here'}
            onChange={(event) => setEverywhere(event.target.value === 'everywhere')}
          >
            <option value="here">{t('search.here')}</option>
            <option value="everywhere">{t('search.everywhere')}</option>
          </SelectField>
          <PersonField roomSlug={state.slug} people={people} person={from} onChoose={setFrom} />
        </div>
      </search>
      <div className={styles.body} aria-busy={search.isBusy}>
        <Results search={search} isEverywhere={isEverywhere} onOpen={open} />
        <Outcome search={search} />
        {search.error ? (
          <div className={styles.more}>
            <Button onClick={search.retry}>{t('common.tryAgain')}</Button>
          </div>
        ) : null}
      </div>
    </>
  );
};
