import { describe, expect, it } from 'vitest';
import { createMapMemory } from '../../../test/map-memory.ts';
import { isWorthTelling } from './deciding.ts';
import { createNotifyChoice } from './notify-choice.ts';
import { markedTitle } from './page-mark.ts';

const happening = { kind: 'mention', roomSlug: 'design', threadRootId: null } as const;

describe('a notification', () => {
  it('tells of what is written to me where I do not look', () => {
    expect(isWorthTelling({ happening, level: 'mentions', isInView: false })).toBe(true);
  });

  it('never tells of what is before my eyes, or where I want peace', () => {
    expect(isWorthTelling({ happening, level: 'all', isInView: true })).toBe(false);
    expect(isWorthTelling({ happening, level: 'nothing', isInView: false })).toBe(false);
  });

  it('tells of every message only where all are wanted', () => {
    const message = { ...happening, kind: 'message' } as const;
    expect(isWorthTelling({ happening: message, level: 'mentions', isInView: false })).toBe(false);
    expect(isWorthTelling({ happening: message, level: 'all', isInView: false })).toBe(true);
  });
});

describe('the choice of a device', () => {
  const start = (answer: NotificationPermission) => {
    const memory = createMapMemory();
    let asked = 0;
    const api = {
      permission: () => 'default' as const,
      ask: async () => {
        asked += 1;
        return answer;
      },
    };
    return { memory, api, choice: createNotifyChoice(memory, api), asked: () => asked };
  };

  it('asks the browser only when somebody wants it, and remembers', async () => {
    const { choice, memory, api, asked } = start('granted');
    expect([choice.state.get().isWanted, asked()]).toEqual([null, 0]);
    await choice.enable();
    expect(asked()).toBe(1);
    expect(createNotifyChoice(memory, api).state.get()).toMatchObject({ isWanted: true, hasSound: false });
    choice.disable();
    expect(createNotifyChoice(memory, api).state.get().isWanted).toBe(false);
  });

  it('is no where the browser says no', async () => {
    const { choice } = start('denied');
    await choice.enable();
    expect(choice.state.get()).toMatchObject({ isWanted: false, permission: 'denied' });
  });
});

it('the title of the page begins with how much waits', () => {
  expect(markedTitle('Design · Boltorezka', 0)).toBe('Design · Boltorezka');
  expect(markedTitle('Design · Boltorezka', 3)).toBe('(3) Design · Boltorezka');
  expect(markedTitle('(3) Design · Boltorezka', 120)).toBe('(99+) Design · Boltorezka');
  expect(markedTitle('(99+) Design', 0)).toBe('Design');
});
