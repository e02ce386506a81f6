import { afterEach, expect, it } from 'vitest';
import { createTabs, type Tabs } from './tabs.ts';

const opened: Tabs[] = [];
const open = (): Tabs => {
  const tabs = createTabs(navigator.locks);
  opened.push(tabs);
  return tabs;
};
/** What was asked of locks before is done. */
const settled = () => navigator.locks.request('notifications.test', () => undefined);
afterEach(async () => {
  for (const tabs of opened.splice(0)) tabs.close();
  await settled();
});

const room = { roomSlug: 'design', threadRootId: null };
const thread = { roomSlug: 'design', threadRootId: 'root' };

it('of the pages of a browser one tells, and another when that one is closed', async () => {
  const [first, second] = [open(), open()];
  await settled();
  expect([first.isTelling(), second.isTelling()]).toEqual([true, false]);
  first.close();
  await expect.poll(() => second.isTelling()).toBe(true);
  expect(first.isTelling()).toBe(false);
});

it('each page knows where another is looked at, a room apart from its threads', async () => {
  const [first, second] = [open(), open()];
  second.setLooking([thread]);
  await settled();
  expect([await first.isLookedAt(thread), await first.isLookedAt(room)]).toEqual([true, false]);
  second.setLooking([room]);
  await settled();
  expect([await first.isLookedAt(thread), await first.isLookedAt(room)]).toEqual([false, true]);
  second.close();
  await settled();
  expect(await first.isLookedAt(room)).toBe(false);
});

it('where there are no locks each page tells, and knows where it is looked at itself', async () => {
  const tabs = createTabs(undefined);
  expect(tabs.isTelling()).toBe(true);
  tabs.setLooking([thread]);
  expect([await tabs.isLookedAt(thread), await tabs.isLookedAt(room)]).toEqual([true, false]);
});
