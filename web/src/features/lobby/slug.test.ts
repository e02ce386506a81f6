import { describe, expect, it } from 'vitest';
import { isSlug, suggestSlug } from './slug.ts';

describe('the suggested address of a room', () => {
  it.each([
    ['Weekly planning', 'weekly-planning'],
    ['Планёрка', 'planerka'],
    ['Щука, ёж и объезд', 'shchuka-ezh-i-obezd'],
    ['Йод', 'yod'],
    ['  Café — № 7!  ', 'cafe-7'],
    ["Anna's room", 'annas-room'],
    ['日本', ''],
    ['', ''],
  ])('of %s is %s', (title, slug) => {
    expect(suggestSlug(title)).toBe(slug);
  });

  it('fits the limit and does not end in a hyphen', () => {
    const slug = suggestSlug(`${'a'.repeat(47)} tail`);
    expect(slug).toBe('a'.repeat(47));
    expect(suggestSlug('щ'.repeat(40)).length).toBeLessThanOrEqual(48);
  });

  it('takes letters that are composed and letters that are taken apart alike', () => {
    expect(suggestSlug('Чай'.normalize('NFD'))).toBe('chay');
  });
});

describe('an address', () => {
  it.each(['abc', 'a-1', 'a'.repeat(48)])('may be %s', (slug) => expect(isSlug(slug)).toBe(true));
  it.each(['ab', 'Abc', 'a b c', 'чай', 'a_b', '', 'a'.repeat(49)])('may not be "%s"', (slug) => {
    expect(isSlug(slug)).toBe(false);
  });
});
