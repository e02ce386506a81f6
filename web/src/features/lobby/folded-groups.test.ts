import { expect, it } from 'vitest';
import { createMapMemory } from '../../../test/map-memory.ts';
import { createFoldedGroups } from './folded-groups.ts';

it('folds the archive at first, and nothing else', () => {
  const folded = createFoldedGroups(createMapMemory());
  expect(folded.isFolded('archived')).toBe(true);
  expect(folded.isFolded('direct')).toBe(false);
  expect(folded.isFolded('category:Work')).toBe(false);
});

it('remembers what was folded and unfolded', () => {
  const memory = createMapMemory();
  const folded = createFoldedGroups(memory);
  folded.toggle('category:Work');
  folded.toggle('archived');
  const later = createFoldedGroups(memory);
  expect(later.isFolded('category:Work')).toBe(true);
  expect(later.isFolded('archived')).toBe(false);
});

it('keeps nothing of a group that is as it was at first', () => {
  const memory = createMapMemory();
  const folded = createFoldedGroups(memory);
  folded.toggle('category:Work');
  folded.toggle('category:Work');
  expect(memory.load('boltorezka.foldedGroups')).toBeNull();
});

it.each(['not json', 'null', '[1]', '{"direct":"yes"}'])('takes nothing from %s', (text) => {
  const folded = createFoldedGroups(createMapMemory([['boltorezka.foldedGroups', text]]));
  expect(folded.isFolded('direct')).toBe(false);
});
