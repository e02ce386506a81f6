import { expect, it } from 'vitest';
import { createToasts, isHeard } from './toasts.ts';

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
  expect(place.get().dialog).toBeNull();
  const leaveLower = standIn(lower);
  const leaveUpper = standIn(upper);
  expect(place.get().dialog).toBe(upper);
  leaveLower();
  expect(place.get().dialog).toBe(upper);
  leaveUpper();
  expect(place.get().dialog).toBeNull();
});

it('takes a toast for heard that has moved, unless it was shown as the dialog closed', () => {
  let now = 0;
  const { place, show, standIn, state } = createToasts(() => now);
  const leave = standIn({ id: 'dialog' } as unknown as HTMLElement);
  now = 1000;
  show('long ago');
  now = 3000;
  show('as it closes');
  now = 3050;
  expect(state.get().map((toast) => isHeard(toast, place.get()))).toEqual([false, false]);
  leave();
  expect(state.get().map((toast) => isHeard(toast, place.get()))).toEqual([true, false]);
});
