import { describe, expect, it } from 'vitest';
import { pastedFiles } from './pasted-files.ts';

const picture = new File([], 'image.png', { type: 'image/png' });

const filesOf = (...types: string[]): readonly File[] =>
  pastedFiles({ files: [picture] as unknown as FileList, types });

describe('a paste brings', () => {
  it('the words of a table or a page, and not the picture of them that comes along', () => {
    expect(filesOf('text/plain', 'text/html', 'text/rtf', 'Files')).toEqual([]);
    expect(filesOf('text/plain', 'text/rtf', 'Files')).toEqual([]);
  });

  it('a picture that was copied, also out of a page', () => {
    expect(filesOf('Files')).toEqual([picture]);
    expect(filesOf('text/html', 'Files')).toEqual([picture]);
  });

  it('a file that was copied, whose name comes along as words', () => {
    expect(filesOf('text/plain', 'Files')).toEqual([picture]);
  });
});
