import { emojiGroups, findEmoji, type NamedEmoji } from './emoji-names.ts';
import type { GridRow } from './grid-step.ts';

/** As many as the style sheet has. */
const columns = 9;
const maxFound = 180;

type GroupKey = 'recent' | (typeof emojiGroups)[number]['key'];

/** A line of the picker. `from` is the place of its first emoji among all that are shown. */
export type EmojiRow =
  | { kind: 'head'; key: string; group: GroupKey }
  | { kind: 'emoji'; key: string; from: number; emoji: readonly NamedEmoji[] };

interface Shown {
  names: readonly NamedEmoji[];
  query: string;
  /** With their tones, as they were used. */
  recent: readonly string[];
}

const withoutTone = (emoji: string): string => emoji.replace(/\p{Emoji_Modifier}/gu, '');

const findRecent = (names: readonly NamedEmoji[], recent: readonly string[]): NamedEmoji[] => {
  const known = new Map(names.map((named) => [named.emoji.replaceAll('\uFE0F', ''), named]));
  return recent.flatMap((emoji) => {
    const named = known.get(withoutTone(emoji).replaceAll('\uFE0F', ''));
    // In the tone that it was used in, whatever is chosen now.
    return named ? [{ ...named, emoji, hasTones: false }] : [];
  });
};

/** Lays out what the picker shows: its groups, or what was found. */
export const layEmoji = ({ names, query, recent }: Shown): { rows: EmojiRow[]; flat: NamedEmoji[] } => {
  const rows: EmojiRow[] = [];
  const flat: NamedEmoji[] = [];
  const add = (key: string, emoji: readonly NamedEmoji[]): void => {
    for (let at = 0; at < emoji.length; at += columns) {
      const part = emoji.slice(at, at + columns);
      rows.push({ kind: 'emoji', key: `${key} ${at}`, from: flat.length, emoji: part });
      flat.push(...part);
    }
  };
  if (query.trim() !== '') {
    add('found', findEmoji(names, query, maxFound));
    return { rows, flat };
  }
  const groups: { key: GroupKey; emoji: NamedEmoji[] }[] = [
    { key: 'recent', emoji: findRecent(names, recent) },
    ...emojiGroups.map(({ id, key }) => ({ key, emoji: names.filter(({ group }) => group === id) })),
  ];
  for (const { key, emoji } of groups) {
    if (emoji.length === 0) continue;
    rows.push({ kind: 'head', key: `head ${key}`, group: key });
    add(key, emoji);
  }
  return { rows, flat };
};

export const toGridRows = (rows: readonly EmojiRow[]): GridRow[] =>
  rows.flatMap((row) => (row.kind === 'emoji' ? [{ from: row.from, count: row.emoji.length }] : []));
