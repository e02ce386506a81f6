import { expect, it } from 'vitest';
import { createMapMemory } from '../../test/map-memory.ts';
import { createMemory } from './storage.ts';

/** A browser's storage that can be told to refuse. */
const createStorage = () => {
  const kept = createMapMemory([['draft', 'of before']]);
  let isRefusing = false;
  const write = (key: string, value: string | null): void => {
    if (isRefusing) throw new DOMException('Full', 'QuotaExceededError');
    kept.save(key, value);
  };
  const storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = {
    getItem: (key) => kept.load(key),
    setItem: write,
    removeItem: (key) => write(key, null),
  };
  return {
    kept,
    refuse: (next: boolean) => {
      isRefusing = next;
    },
    memory: createMemory(() => storage as Storage),
  };
};

it('what the browser does not keep is remembered while the page is there, and what it keeps later counts', () => {
  const { kept, refuse, memory } = createStorage();
  refuse(true);
  memory.save('draft', 'look');
  expect([memory.load('draft'), kept.load('draft')]).toEqual(['look', 'of before']);
  memory.save('draft', null);
  expect(memory.load('draft')).toBe(null);
  refuse(false);
  memory.save('draft', 'another');
  kept.save('draft', 'of another page');
  expect(memory.load('draft')).toBe('of another page');
});

it('what the browser has not kept counts until another page has something else kept', () => {
  const { kept, refuse, memory } = createStorage();
  refuse(true);
  memory.save('draft', 'look');
  kept.save('draft', 'of another page');
  expect(memory.load('draft')).toBe('of another page');
});

it('what a browser without any storage is given is remembered while the page is there', () => {
  const memory = createMemory(() => {
    throw new DOMException('No', 'SecurityError');
  });
  expect(memory.load('draft')).toBe(null);
  memory.save('draft', 'look');
  expect(memory.load('draft')).toBe('look');
});
