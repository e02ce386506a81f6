/** An emoji, and by what it is found. */
export interface NamedEmoji {
  emoji: string;
  group: number;
  label: string;
  /** One word for typing after a colon; empty where there is none. */
  code: string;
  words: string;
  hasTones: boolean;
}

type Row = [emoji: string, group: number, label: string, code: string, words: string, hasTones: number];

const toNamed = ([emoji, group, label, code, words, hasTones]: Row): NamedEmoji => ({
  emoji,
  group,
  label,
  code,
  words,
  hasTones: hasTones === 1,
});

/** The names of all emoji in a language. It is large, and comes when somebody looks for one. */
export const loadEmojiNames = async (language: string): Promise<NamedEmoji[]> => {
  const { default: rows } =
    language === 'ru' ? await import('./names/ru.json') : await import('./names/en.json');
  return (rows as unknown as Row[]).map(toNamed);
};

const normalize = (text: string): string => text.toLocaleLowerCase().replaceAll('ё', 'е');

/** How well an emoji answers the words; smaller is better, null is not at all. */
const rank = ({ label, code, words }: NamedEmoji, wanted: readonly string[]): number | null => {
  const names = normalize(label).split(/[\s:,]+/);
  const others = normalize(`${words} ${code.replaceAll('_', ' ')}`).split(' ');
  let sum = 0;
  for (const word of wanted) {
    if (code === word || names[0] === word) sum += 0;
    else if (names.some((name) => name.startsWith(word)) || code.startsWith(word)) sum += 1;
    else if (others.some((other) => other.startsWith(word))) sum += 2;
    else return null;
  }
  return sum;
};

/** The emoji that all these words are the beginnings of words of, the nearest first. */
export const findEmoji = (all: readonly NamedEmoji[], query: string, max: number): NamedEmoji[] => {
  const wanted = normalize(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return all.slice(0, max);
  return all
    .flatMap((emoji) => {
      const score = rank(emoji, wanted);
      return score === null ? [] : [{ emoji, score }];
    })
    .toSorted((one, other) => one.score - other.score)
    .slice(0, max)
    .map(({ emoji }) => emoji);
};

/** The groups of the picker, in their order, with the icon of each. */
export const emojiGroups = [
  { id: 0, key: 'smileys', icon: '😀' },
  { id: 1, key: 'people', icon: '👋' },
  { id: 3, key: 'nature', icon: '🐻' },
  { id: 4, key: 'food', icon: '🍎' },
  { id: 5, key: 'travel', icon: '🚗' },
  { id: 6, key: 'activities', icon: '⚽' },
  { id: 7, key: 'objects', icon: '💡' },
  { id: 8, key: 'symbols', icon: '❗' },
  { id: 9, key: 'flags', icon: '🏁' },
] as const;
