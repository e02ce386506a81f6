import { describe, expect, it } from 'vitest';
import { placeBeside, stepTo } from './menu-steps.ts';

const labels = ['Mute', 'Ban', 'Message', 'Профиль'];

describe('in a menu', () => {
  it.each([
    ['ArrowDown', 0, 1],
    ['ArrowDown', 3, 0],
    ['ArrowDown', -1, 0],
    ['ArrowUp', 0, 3],
    ['ArrowUp', -1, 3],
    ['Home', 2, 0],
    ['End', 0, 3],
    ['m', 0, 2],
    ['m', 2, 0],
    ['п', 0, 3],
    ['x', 0, null],
    ['Escape', 0, null],
    [' ', 0, null],
  ] as const)('%s leads from item %d to %s', (key, from, to) => {
    expect(stepTo(key, from, labels)).toBe(to);
  });

  it('no key leads anywhere where there is nothing', () => {
    expect(stepTo('ArrowDown', -1, [])).toBeNull();
  });
});

describe('a menu stands', () => {
  const view = { width: 400, height: 600 };
  const menu = { width: 200, height: 150 };
  const buttonAt = (left: number, top: number) => ({ left, top, right: left + 40, bottom: top + 40 });

  it('below its button, from its left edge', () => {
    expect(placeBeside(buttonAt(20, 100), menu, view)).toEqual({ left: 20, top: 144 });
  });

  it('above its button at the foot of the window', () => {
    expect(placeBeside(buttonAt(20, 550), menu, view)).toEqual({ left: 20, top: 396 });
  });

  it('up to the right edge of a button at the right', () => {
    expect(placeBeside(buttonAt(350, 100), menu, view)).toEqual({ left: 190, top: 144 });
  });

  it('inside a window that is too small for it either way', () => {
    const place = placeBeside(buttonAt(180, 60), { width: 390, height: 180 }, { width: 400, height: 200 });
    expect(place).toEqual({ left: 4, top: 16 });
  });
});
