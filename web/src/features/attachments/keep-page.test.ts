import { expect, it } from 'vitest';
import { keepPageFromDrops, keepPageWhile } from './keep-page.ts';

const drop = (name: string, types: string[]) => {
  const event = new Event(name, { cancelable: true });
  return Object.assign(event, { dataTransfer: { types, dropEffect: 'copy' } });
};

it('a file let go where nothing takes it does not lead away from the page; a text, or what is taken, is left alone', () => {
  const page = new EventTarget();
  const stop = keepPageFromDrops(page as unknown as Window);
  for (const name of ['dragover', 'drop']) {
    const file = drop(name, ['Files']);
    page.dispatchEvent(file);
    expect([file.defaultPrevented, file.dataTransfer.dropEffect]).toEqual([true, 'none']);
    const text = drop(name, ['text/plain']);
    page.dispatchEvent(text);
    expect(text.defaultPrevented).toBe(false);
    const taken = drop(name, ['Files']);
    taken.preventDefault();
    page.dispatchEvent(taken);
    expect(taken.dataTransfer.dropEffect).toBe('copy');
  }
  stop();
  const after = drop('drop', ['Files']);
  page.dispatchEvent(after);
  expect(after.defaultPrevented).toBe(false);
});

it('whoever closes the page while something is only here is asked, and nobody else', () => {
  const page = new EventTarget();
  let isNeeded = true;
  const stop = keepPageWhile(page as unknown as Window, () => isNeeded);
  const isAsked = () => !page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  expect(isAsked()).toBe(true);
  isNeeded = false;
  expect(isAsked()).toBe(false);
  isNeeded = true;
  stop();
  expect(isAsked()).toBe(false);
});
