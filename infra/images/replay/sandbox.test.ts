import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { confined, resolveUser } from './sandbox.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sandbox-'));
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1001::/data:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1001:\nvoice:x:44:\n');
});
afterEach(() => rmSync(root, { recursive: true }));

test('a user is found by name or number, in the files of the root', () => {
  expect(resolveUser(root, 'node')).toEqual({ uid: 1000, gid: 1001, home: '/data' });
  expect(resolveUser(root, '1000')).toEqual({ uid: 1000, gid: 1001, home: '/data' });
  expect(resolveUser(root, 'node:voice')).toEqual({ uid: 1000, gid: 44, home: '/data' });
});

test('numbers need no entry, names do', () => {
  expect(resolveUser(root, '7:8')).toEqual({ uid: 7, gid: 8, home: '/' });
  expect(resolveUser(root, '7')).toEqual({ uid: 7, gid: 0, home: '/' });
  expect(() => resolveUser(root, 'nobody')).toThrow('there is no user nobody');
});

test('what is confined gives up every capability where it shall', () => {
  const place = { root: '/r', workdir: '/app', user: { uid: 1, gid: 2, home: '/' } };
  const all = confined({ ...place, dropAllCapabilities: true, noNewPrivileges: true }, ['x']);
  expect(all).toEqual(
    expect.arrayContaining(['--root=/r', '--wd=/app', '--bounding-set=-all', '--no-new-privs']),
  );
  expect(all.slice(-2)).toEqual(['--', 'x']);
  const some = confined({ ...place, dropAllCapabilities: false, noNewPrivileges: false }, ['x']);
  expect(some.join(' ')).toContain('--bounding-set=-all,+chown');
  expect(some).not.toContain('--no-new-privs');
});
