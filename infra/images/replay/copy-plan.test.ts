import { expect, test } from 'vitest';
import { planCopy, type Source } from './copy-plan.ts';

/** Folders with their names; what has no entry of its own is a file. */
const source = (folders: Record<string, string[]>): Source => {
  const files = Object.entries(folders).flatMap(([folder, names]) =>
    names.map((name) => (folder === '' ? name : `${folder}/${name}`)).filter((path) => !(path in folders)),
  );
  return {
    kindOf: (path) => (path in folders ? 'folder' : files.includes(path) ? 'file' : undefined),
    list: (path) => folders[path] ?? [],
  };
};

const context = source({
  '': ['package.json', 'package-lock.json', 'web'],
  web: ['index.html', 'src'],
  'web/src': ['main.ts'],
});

const plan = (sources: string[], destination: string, folders: string[] = []) =>
  planCopy({ sources, destination, workdir: '/app' }, context, (path) => folders.includes(path)).map(
    ({ kind, from, to }) => `${kind} ${from} ${to}`,
  );

test('a file goes to the name that is given, or into a folder by its own', () => {
  expect(plan(['package.json'], 'manifest.json')).toEqual(['file package.json /app/manifest.json']);
  expect(plan(['package.json'], './')).toEqual(['file package.json /app/package.json']);
  expect(plan(['package.json'], '/etc')).toEqual(['file package.json /etc']);
  expect(plan(['package.json'], '/etc', ['/etc'])).toEqual(['file package.json /etc/package.json']);
});

test('of a folder the contents are copied', () => {
  expect(plan(['web'], 'page')).toEqual(['folder web /app/page']);
  expect(plan(['web/src', 'package.json'], '/srv/')).toEqual([
    'folder web/src /srv',
    'file package.json /srv/package.json',
  ]);
});

test('patterns stay within a folder', () => {
  expect(plan(['package*.json'], './')).toEqual([
    'file package-lock.json /app/package-lock.json',
    'file package.json /app/package.json',
  ]);
  expect(plan(['*/src'], 'src')).toEqual(['folder web/src /app/src']);
});

test('nothing above the root of the context can be named', () => {
  expect(plan(['../../package.json'], './')).toEqual(['file package.json /app/package.json']);
});

test('what does not exist, and several into what may be a file, are refused', () => {
  expect(() => plan(['nothing.json'], './')).toThrow('there is no nothing.json');
  expect(() => plan(['*.yml'], './')).toThrow('there is no *.yml');
  expect(() => plan(['package.json', 'web'], 'all')).toThrow('has to end with a slash');
});
