import { expect, it } from 'vitest';
import { droppedFiles } from './dropped-files.ts';

const item = (kind: string, name: string, isDirectory: boolean | null) => ({
  kind,
  getAsFile: () => new File(['x'], name),
  // What a page has put together itself is in no file system.
  webkitGetAsEntry: () => (isDirectory === null ? null : { isDirectory }),
});

const drop = (...items: object[]) => {
  const { files, hasFolders } = droppedFiles({ items } as unknown as DataTransfer);
  return [files.map(({ name }) => name), hasFolders];
};

it('folders that are let go among files are left out, and told', () => {
  expect(
    drop(item('file', 'a.txt', false), item('file', 'folder', true), item('file', 'b.txt', null)),
  ).toEqual([['a.txt', 'b.txt'], true]);
  expect(drop(item('string', 'a link', null), item('file', 'a.txt', false))).toEqual([['a.txt'], false]);
});
