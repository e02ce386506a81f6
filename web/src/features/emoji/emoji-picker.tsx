import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import type { Anchor } from '../../ui/anchor.ts';
import { Popover } from '../../ui/popover.tsx';
import styles from './emoji.module.css';
import { emojiGroups, type NamedEmoji } from './emoji-names.ts';
import { type EmojiRow, layEmoji, toGridRows } from './emoji-rows.ts';
import { gridStep } from './grid-step.ts';
import { withSkinTone } from './skin-tone.ts';
import { SkinTones } from './skin-tones.tsx';
import { useEmojiNames } from './use-emoji-names.ts';

/** Rows drawn beyond the edges, so that an arrow never meets an empty place. */
const bufferPx = 160;

interface EmojiLineProps {
  row: Extract<EmojiRow, { kind: 'emoji' }>;
  /** The place of the one that Tab leads to. */
  shown: number;
  onFocus: (index: number) => void;
  onPick: (emoji: string) => void;
}

const EmojiLine = ({ row, shown, onFocus, onPick }: EmojiLineProps) => {
  const tone = useStore(useServices().emoji.tone);
  return (
    <div className={styles.row}>
      {row.emoji.map((named, offset) => {
        const index = row.from + offset;
        const symbol = named.hasTones ? withSkinTone(named.emoji, tone) : named.emoji;
        return (
          <button
            key={named.emoji}
            type="button"
            className={styles.emoji}
            tabIndex={index === shown ? 0 : -1}
            aria-label={named.label}
            title={named.code ? `${named.label} :${named.code}:` : named.label}
            data-testid="emoji"
            data-emoji={symbol}
            data-index={index}
            onFocus={() => onFocus(index)}
            onClick={() => onPick(symbol)}
          >
            {symbol}
          </button>
        );
      })}
    </div>
  );
};

interface GridProps {
  rows: readonly EmojiRow[];
  flat: readonly NamedEmoji[];
  onPick: (emoji: string) => void;
  onLeaveTop: () => void;
  list: RefObject<VirtualizerHandle | null>;
}

const Grid = ({ rows, flat, onPick, onLeaveTop, list }: GridProps) => {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const gridRows = useMemo(() => toGridRows(rows), [rows]);
  const focusOn = (index: number): void => {
    setActive(index);
    const rowIndex = rows.findIndex((row) => row.kind === 'emoji' && row.from + row.emoji.length > index);
    list.current?.scrollToIndex(rowIndex, { align: 'nearest' });
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = gridStep(event.key, active, gridRows);
    if (next === null) return;
    event.preventDefault();
    if (next === -1) onLeaveTop();
    else focusOn(next);
  };
  const shown = Math.min(active, Math.max(0, flat.length - 1));
  return (
    <div ref={box} className={styles.scroll} role="toolbar" aria-label={t('emoji.all')} onKeyDown={onKeyDown}>
      <Virtualizer ref={list} bufferSize={bufferPx}>
        {rows.map((row) =>
          row.kind === 'head' ? (
            <h2 key={row.key} className={styles.group}>
              {t(`emoji.groups.${row.group}`)}
            </h2>
          ) : (
            <EmojiLine key={row.key} row={row} shown={shown} onFocus={setActive} onPick={onPick} />
          ),
        )}
      </Virtualizer>
    </div>
  );
};

interface GroupBarProps {
  onGo: (group: string) => void;
}

const GroupBar = ({ onGo }: GroupBarProps) => {
  const { t } = useTranslation();
  return (
    <div className={styles.groups} role="toolbar" aria-label={t('emoji.groupsLabel')}>
      {emojiGroups.map(({ key, icon }) => (
        <button
          key={key}
          type="button"
          className={styles.groupButton}
          aria-label={t(`emoji.groups.${key}`)}
          title={t(`emoji.groups.${key}`)}
          onClick={() => onGo(key)}
        >
          {icon}
        </button>
      ))}
    </div>
  );
};

interface EmojiPickerProps {
  anchor: Anchor;
  onPick: (emoji: string) => void;
  onClose: () => void;
}

interface SearchFieldProps {
  input: RefObject<HTMLInputElement | null>;
  query: string;
  onChange: (query: string) => void;
  onTakeFirst: () => void;
}

const SearchField = ({ input, query, onChange, onTakeFirst }: SearchFieldProps) => {
  const { t } = useTranslation();
  // Not before the picker is shown: until then nothing in it takes the focus.
  useEffect(() => input.current?.focus(), [input]);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter' && query !== '') onTakeFirst();
    else if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    const grid = event.currentTarget.closest('[popover]');
    grid?.querySelector<HTMLElement>('[data-testid="emoji"][tabindex="0"]')?.focus();
  };
  return (
    <input
      ref={input}
      type="search"
      className={styles.search}
      aria-label={t('emoji.search')}
      placeholder={t('emoji.search')}
      data-testid="emoji-search"
      value={query}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
};

const useShownEmoji = () => {
  const { emoji: choice } = useServices();
  const { names, error } = useEmojiNames();
  const [query, setQuery] = useState('');
  // What is used here moves to the front when the picker is opened the next time, not under the pointer.
  const [recent] = useState(() => choice.recent.get());
  const { rows, flat } = useMemo(
    () => layEmoji({ names: names ?? [], query, recent }),
    [names, query, recent],
  );
  return { names, error, query, setQuery, rows, flat };
};

const Outcome = ({
  names,
  error,
  flat,
}: Pick<ReturnType<typeof useShownEmoji>, 'names' | 'error' | 'flat'>) => {
  const { t } = useTranslation();
  const text = () => {
    if (error) return t(errorTextKey(error));
    return names ? t('emoji.found', { count: flat.length }) : t('emoji.loading');
  };
  return (
    <p className={flat.length > 0 ? 'visually-hidden' : styles.note} role="status">
      {text()}
    </p>
  );
};

const Body = ({ onPick }: Pick<EmojiPickerProps, 'onPick'>) => {
  const { emoji: choice } = useServices();
  const { names, error, query, setQuery, rows, flat } = useShownEmoji();
  const search = useRef<HTMLInputElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const pick = (symbol: string): void => {
    search.current?.closest<HTMLElement>('[popover]')?.hidePopover();
    choice.noteUse(symbol);
    onPick(symbol);
  };
  const pickFirst = (): void => {
    const [first] = flat;
    if (first) pick(first.hasTones ? withSkinTone(first.emoji, choice.tone.get()) : first.emoji);
  };
  const go = (group: string): void => {
    const index = rows.findIndex((row) => row.kind === 'head' && row.group === group);
    list.current?.scrollToIndex(index, { align: 'start' });
  };
  return (
    <div className={styles.picker}>
      <div className={styles.head}>
        <SearchField input={search} query={query} onChange={setQuery} onTakeFirst={pickFirst} />
        <SkinTones />
      </div>
      {query === '' ? <GroupBar onGo={go} /> : <span />}
      {flat.length > 0 ? (
        <Grid
          key={query}
          {...{ rows, flat, list }}
          onPick={pick}
          onLeaveTop={() => search.current?.focus()}
        />
      ) : null}
      <Outcome names={names} error={error} flat={flat} />
    </div>
  );
};

/** All emoji: by groups, by name, and those used last at the top. */
export const EmojiPicker = ({ anchor, onPick, onClose }: EmojiPickerProps) => {
  const { t } = useTranslation();
  return (
    <Popover
      anchor={anchor}
      label={t('emoji.title')}
      onClose={onClose}
      className={styles.popover}
      testId="emoji-picker"
    >
      <Body onPick={onPick} />
    </Popover>
  );
};
