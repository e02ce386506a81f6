import { limits } from '@boltorezka/sdk';

const russian: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
};

// Russian first: taken apart, й would lose its breve and ё its dots.
const toLatin = (text: string): string =>
  [...text.normalize('NFC').toLowerCase()]
    .map((letter) => russian[letter] ?? letter)
    .join('')
    .normalize('NFD')
    .replace(/\p{M}/gu, '');

/** An address for a room, taken from its name. Empty or too short where the name has nothing to take. */
export const suggestSlug = (title: string): string =>
  toLatin(title)
    .replace(/['’ʼ]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, limits.maxRoomSlugLength)
    .replace(/^-+|-+$/g, '');

export const isSlug = (text: string): boolean =>
  /^[a-z0-9-]+$/.test(text) &&
  text.length >= limits.minRoomSlugLength &&
  text.length <= limits.maxRoomSlugLength;
