import { expect, it } from 'vitest';
import { createLazyModule } from './lazy-module.ts';

it('loads when somebody looks, once, and tells everybody who does', async () => {
  let loads = 0;
  const lazy = createLazyModule(async () => {
    loads += 1;
    return 'code';
  });
  expect(lazy.get()).toBeNull();
  expect(loads).toBe(0);
  await Promise.all([1, 2].map(() => new Promise<void>((resolve) => lazy.subscribe(resolve))));
  expect([lazy.get(), loads]).toEqual(['code', 1]);
});

it('asks again after a failure when the next one looks', async () => {
  const answers = [() => Promise.reject(new Error('no network')), () => Promise.resolve('code')];
  const asked: Promise<string>[] = [];
  const lazy = createLazyModule(() => {
    const answer = (answers.shift() ?? answers[0])!();
    asked.push(answer);
    return answer;
  });
  lazy.subscribe(() => {});
  await expect(asked[0]).rejects.toThrow('no network');
  await new Promise<void>((resolve) => lazy.subscribe(resolve));
  expect(lazy.get()).toBe('code');
});
