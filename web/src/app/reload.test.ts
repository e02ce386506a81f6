import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { isJustReloaded, reloadOnceReachable } from './reload.ts';

const closings: (() => void)[] = [];
afterEach(() => {
  for (const close of closings.splice(0)) close();
});

/** A server that is away for as many requests as are given, and a page that counts its reloads. */
const leaveAfter = async (awayTimes: number) => {
  let asked = 0;
  const device = new EventTarget();
  const server = createServer((_request, response) => {
    asked += 1;
    response.statusCode = asked > awayTimes ? 200 : 503;
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
  const href = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const location = {
    href,
    reload: () => {
      reloads += 1;
    },
  };
  return { location, device, counts: () => ({ asked, reloads }) };
};

it('reloads as soon as the server answers, and not before', async () => {
  const { location, device, counts } = await leaveAfter(2);
  await reloadOnceReachable({ location, device, signal: new AbortController().signal });
  expect(counts()).toEqual({ asked: 3, reloads: 1 });
});

it('reloads nothing once it is not wanted any more', async () => {
  const { location, device, counts } = await leaveAfter(Number.POSITIVE_INFINITY);
  const leaving = new AbortController();
  const end = reloadOnceReachable({ location, device, signal: leaving.signal });
  leaving.abort();
  await end;
  expect(counts().reloads).toBe(0);
});

it.each([
  ['reload', 59_999, true],
  ['reload', 60_000, false],
  ['navigate', 0, false],
])('takes a page that came by %s %d ms ago for just reloaded: %s', (type, ms, isJust) => {
  const entries = [{ type }] as unknown as PerformanceEntryList;
  expect(isJustReloaded({ now: () => ms, getEntriesByType: () => entries })).toBe(isJust);
});
