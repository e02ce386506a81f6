import { AppError, UnreadableFileError } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { uploadErrorKey } from './upload-error.ts';

it('a file that cannot be read, or is too large, is told in words about files, and not as a lost connection', () => {
  expect(uploadErrorKey(new UnreadableFileError('gone'))).toBe('files.unreadable');
  expect(uploadErrorKey(new AppError('PayloadTooLarge', 'No'))).toBe('files.tooLarge');
  expect(uploadErrorKey(new AppError('Unavailable', 'No'))).toBe('errors.Unavailable');
});
