import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { forgetReloads, mayReload, reloadOnceReachable } from './reload.ts';

const closings: (() => void)[] = [];
afterEach(() => {
  for (const close of closings.splice(0)) close();
});

const createStorage = () => {
  const kept = new Map<string, string>();
  return () => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
};
const refuse = () => {
  throw new DOMException('', 'SecurityError');
};

/** A server that is away for as many requests as are given, and a page that counts its reloads. */
const leaveAfter = async (awayTimes: number) => {
  let asked = 0;
  const device = new EventTarget();
  const server = createServer(({ headers }, response) => {
    asked += 1;
    response.statusCode = asked > awayTimes && headers.accept?.includes('text/html') ? 200 : 404;
    response.end();
  });
  // A device that is told again and again that it is online: nobody waits out a pause.
  const news = setInterval(() => device.dispatchEvent(new Event('online')), 10);
  closings.push(() => {
    clearInterval(news);
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let reloads = 0;
  const href = `http://127.0.0.1:${(server.address() as AddressInfo).port}/r/general`;
  const reload = (): void => {
    reloads += 1;
  };
  const location = { href, reload };
  return { location, device, storage: createStorage(), counts: () => ({ asked, reloads }) };
};

const forever = new AbortController().signal;

it('reloads as soon as the server has a page, and not before', async () => {
  const { counts, ...deps } = await leaveAfter(2);
  await reloadOnceReachable(deps, forever);
  expect(counts()).toEqual({ asked: 3, reloads: 1 });
});

it('reloads by itself three times without having been whole in between', async () => {
  const { counts, ...deps } = await leaveAfter(0);
  for (let times = 0; mayReload(deps.storage); times += 1) {
    expect(times).toBeLessThan(3);
    await reloadOnceReachable(deps, forever);
  }
  expect(counts().reloads).toBe(3);
  forgetReloads(deps.storage);
  expect(mayReload(deps.storage)).toBe(true);
});

it('reloads nothing once it is not wanted any more', async () => {
  const { counts, ...deps } = await leaveAfter(Number.POSITIVE_INFINITY);
  const leaving = new AbortController();
  const end = reloadOnceReachable(deps, leaving.signal);
  leaving.abort();
  await end;
  expect(counts().reloads).toBe(0);
});

it.each([
  ['gives no storage', refuse],
  ['keeps nothing in it', () => ({ ...createStorage()(), setItem: refuse })],
])('reloads nothing by itself where the browser %s: it would do so for ever', async (_what, storage) => {
  expect(mayReload(storage)).toBe(false);
  const { counts, ...deps } = await leaveAfter(0);
  await reloadOnceReachable({ ...deps, storage }, forever);
  expect(counts().reloads).toBe(0);
  expect(() => forgetReloads(storage)).not.toThrow();
});
