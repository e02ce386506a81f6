import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { withSkinTone } from '../src/features/emoji/skin-tone.ts';

/*
 * Writes web/src/features/emoji/names: what the picker knows of each emoji, in Russian and in English. emojibase-data, which
 * it is taken from, is fifty megabytes: who runs a server has no need of it.
 *
 *     node infra/setup/with-node.mjs web/scripts/emoji.ts
 */

interface Source {
  unicode: string;
  label: string;
  hexcode: string;
  group?: number;
  order?: number;
  tags?: string[];
  skins?: { unicode: string }[];
}

const require = createRequire(import.meta.url);
const read = <T>(file: string): T =>
  JSON.parse(readFileSync(require.resolve(`emojibase-data/${file}`), 'utf8')) as T;

/** Parts that others are made of: skin tones and hair by themselves. */
const componentGroup = 2;
const lightTone = 1;

/** The server takes what Unicode recommends, as its Node knows it. */
const isRecommended = (text: string): boolean => /^\p{RGI_Emoji}$/v.test(text);

/** The form that Unicode recommends: the data also asks for colour where that is a matter of course. */
const recommendedForm = (text: string): string => {
  const bare = text.replaceAll('\uFE0F', '');
  return isRecommended(bare) ? bare : text;
};

const hasTones = ({ unicode, skins }: Source): boolean => {
  const toned = withSkinTone(unicode, lightTone);
  return toned !== unicode && isRecommended(toned) && (skins ?? []).length > 0;
};

/** One word for typing after a colon, and what else it may be found by. */
const wordsOf = (
  { hexcode, tags = [] }: Source,
  names: Record<string, string | string[]>,
): [string, string] => {
  const codes = [names[hexcode] ?? []].flat();
  return [codes[0] ?? '', [...new Set([...codes.slice(1), ...tags])].join(' ')];
};

const write = (language: 'en' | 'ru'): void => {
  const names = read<Record<string, string | string[]>>('en/shortcodes/github.json');
  const rows = read<Source[]>(`${language}/compact.json`)
    .filter(({ group }) => group !== undefined && group !== componentGroup)
    .map((emoji) => ({ ...emoji, unicode: recommendedForm(emoji.unicode) }))
    .filter(({ unicode }) => isRecommended(unicode))
    .toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0))
    .map((emoji) => {
      const [code, words] = wordsOf(emoji, names);
      return [emoji.unicode, emoji.group, emoji.label, code, words, hasTones(emoji) ? 1 : 0];
    });
  const file = fileURLToPath(new URL(`../src/features/emoji/names/${language}.json`, import.meta.url));
  writeFileSync(file, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
};

write('en');
write('ru');
