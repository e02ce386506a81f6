import { createInstance, type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Memory } from '../lib/storage.ts';
import en from './en.json' with { type: 'json' };
import ru from './ru.json' with { type: 'json' };

export const languages = ['en', 'ru'] as const;
export type Language = (typeof languages)[number];

type Stem<Key extends string> = Key extends `${infer Start}_${Intl.LDMLPluralRule}` ? Start : Key;

/** The keys of a tree of words, with their plural forms as one. */
type KeyOf<Tree> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? Stem<Key> : `${Key}.${KeyOf<Tree[Key]>}`;
}[keyof Tree & string];

type Missing<Tree, Other> = Exclude<KeyOf<Other>, KeyOf<Tree>>;

/** A language that lacks a key of the other does not compile. How many plural forms each has is its own affair. */
type Whole<Tree, Other> = [Missing<Tree, Other>] extends [never] ? Tree : { missing: Missing<Tree, Other> };

const words: { en: Whole<typeof en, typeof ru>; ru: Whole<typeof ru, typeof en> } = { en, ru };

const storageKey = 'boltorezka.language';

const toLanguage = (tag: string | null | undefined): Language | undefined =>
  languages.find((language) => tag?.toLowerCase().split('-')[0] === language);

/** The language chosen before; else the first of the browser's that we speak; else English. */
export const detectLanguage = (remembered: string | null, preferred: readonly string[]): Language =>
  toLanguage(remembered) ?? preferred.map(toLanguage).find((language) => language !== undefined) ?? 'en';

interface I18nDeps {
  memory: Memory;
  preferred: readonly string[];
  document: Document;
}

/** The page's words. A change of language is remembered and told to assistive technology through `lang`. */
export const createI18n = async ({ memory, preferred, document }: I18nDeps): Promise<I18n> => {
  const i18n = createInstance();
  i18n.on('languageChanged', (language) => {
    document.documentElement.lang = language;
    document.title = i18n.t('app.name');
  });
  await i18n.use(initReactI18next).init({
    lng: detectLanguage(memory.load(storageKey), preferred),
    fallbackLng: 'en',
    supportedLngs: languages,
    resources: { en: { translation: words.en }, ru: { translation: words.ru } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  i18n.on('languageChanged', (language) => memory.save(storageKey, language));
  return i18n;
};
