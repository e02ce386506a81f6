import { expect, it } from 'vitest';
import { nameTags } from './name-tags.ts';

it('tells people of one name apart, and leaves the others alone', () => {
  const people = [
    { userId: '0b6f1c52-1', userName: 'Anna' },
    { userId: '7d0f4a8e-2', userName: 'anna' },
    { userId: 'c3d4e5f6-3', userName: 'Boris' },
    // Somebody who is listed twice is one person.
    { userId: 'c3d4e5f6-3', userName: 'Boris' },
  ];
  expect([...nameTags(people)]).toEqual([
    ['0b6f1c52-1', '#0b6f'],
    ['7d0f4a8e-2', '#7d0f'],
  ]);
});
