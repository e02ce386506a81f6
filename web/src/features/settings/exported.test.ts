import type { ExportedData } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { filesOf, withoutUnsent } from './exported.ts';

const told = (id: string) => ({ id, name: `${id}.txt`, media_type: 'text/plain', size_bytes: 1 });

it('a file that was sent while the export was put together is listed once, as sent', () => {
  const data = {
    account: { unsent_attachments: [told('a'), told('b')] },
    messages: [{ attachments: [told('c')] }, { attachments: [told('b')] }],
  } as unknown as ExportedData;
  const files = filesOf(data);
  expect(files.map(({ id, isUnsent }) => [id, isUnsent])).toEqual([
    ['a', true],
    ['c', false],
    ['b', false],
  ]);
  expect(withoutUnsent(files, 'a').map(({ isUnsent }) => isUnsent)).toEqual([false, false, false]);
});
