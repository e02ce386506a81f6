import { expect, it } from 'vitest';
import { createToasts } from './toasts.ts';

it('shows the newest toasts, no more than three, until they are dismissed', () => {
  const toasts = createToasts();
  for (const text of ['one', 'two', 'three', 'four']) toasts.show(text);
  expect(toasts.state.get().map(({ text }) => text)).toEqual(['two', 'three', 'four']);
  toasts.dismiss(toasts.state.get()[1]!.id);
  expect(toasts.state.get().map(({ text }) => text)).toEqual(['two', 'four']);
});

it('puts toasts into the uppermost dialog, in whichever order dialogs close', () => {
  const { place, standIn } = createToasts();
  const [lower, upper] = [{ id: 'lower' }, { id: 'upper' }] as unknown as [HTMLElement, HTMLElement];
  expect(place.get()).toBeNull();
  const leaveLower = standIn(lower);
  const leaveUpper = standIn(upper);
  expect(place.get()).toBe(upper);
  leaveLower();
  expect(place.get()).toBe(upper);
  leaveUpper();
  expect(place.get()).toBeNull();
});
