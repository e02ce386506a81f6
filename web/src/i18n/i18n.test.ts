import { describe, expect, it } from 'vitest';
import en from './en.json' with { type: 'json' };
import { detectLanguage } from './index.ts';
import ru from './ru.json' with { type: 'json' };

const flatten = (tree: object, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${prefix}${key}`, value] as [string, string]]
      : flatten(value as object, `${prefix}${key}.`),
  );

const pluralSuffix = /_(zero|one|two|few|many|other)$/;
const baseKeys = (tree: object) =>
  [...new Set(flatten(tree).map(([key]) => key.replace(pluralSuffix, '')))].sort();
const variables = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('the translations', () => {
  it('say the same things in both languages', () => {
    expect(baseKeys(ru)).toEqual(baseKeys(en));
  });

  it.each([
    ['en', en],
    ['ru', ru],
  ] as const)('have every plural form that %s needs, and no other', (language, tree) => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    const forms = new Map<string, string[]>();
    for (const [key] of flatten(tree)) {
      const form = pluralSuffix.exec(key)?.[1];
      if (form)
        forms.set(key.replace(pluralSuffix, ''), [...(forms.get(key.replace(pluralSuffix, '')) ?? []), form]);
    }
    expect(forms.size).toBeGreaterThan(0);
    for (const [key, found] of forms) expect([key, found.sort()]).toEqual([key, categories]);
  });

  it('use the same variables in both languages, and leave nothing empty', () => {
    const russian = new Map(flatten(ru));
    for (const [key, text] of flatten(en)) {
      expect(text).not.toBe('');
      const other = russian.get(key);
      if (other !== undefined) expect([key, variables(other)]).toEqual([key, variables(text)]);
    }
  });
});

describe('the Russian words', () => {
  const texts = flatten(ru);

  it('take nobody whom they name for a man: a name goes with a verb of the present, or with none', () => {
    const past = /\{\{(name|other|actor|target)\}\}[^.:(—]*?\s[а-яё]+(л|лся|ёл|ен|ён|ан|ят)(?![а-яё])/u;
    expect(texts.filter(([, text]) => past.test(text))).toEqual([]);
  });

  it('take neither the reader nor whoever acted for a man', () => {
    const words =
      /заглуш[её]н|единственный|(?:того|тот), кто|\bлюбой|модератор [а-яё]+л(?![а-яё])|на одного/iu;
    expect(texts.filter(([, text]) => words.test(text))).toEqual([]);
  });
});

describe('a button that says more to the ear than to the eye', () => {
  // Whoever speaks to the page says what they see: WCAG 2.2, 2.5.3.
  it.each([
    ['en', en],
    ['ru', ru],
  ] as const)('begins with what is seen, in %s', (_language, { account, settings }) => {
    expect(account.endDevice.startsWith(settings.signOut)).toBe(true);
  });
});

describe('the language of the page', () => {
  it('is the one chosen before', () => {
    expect(detectLanguage('ru', ['en-GB'])).toBe('ru');
  });

  it('is else the first of the browser that we speak', () => {
    expect(detectLanguage(null, ['de-DE', 'ru-RU', 'en-US'])).toBe('ru');
  });

  it('is English where we speak none of them', () => {
    expect(detectLanguage('xx', ['de-DE'])).toBe('en');
  });
});
