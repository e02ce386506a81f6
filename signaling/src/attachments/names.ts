import { limits } from '@boltorezka/protocol';

/** Controls, and what is not seen or turns the direction of writing: `photo<U+202E>gnp.exe` reads as `photoexe.png`. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/** What file systems, shells and headers take for something else. */
const meaningful = /[<>:"|?*\\/]/g;

const longestExtension = 16;

const shorten = (name: string, maxLength: number): string => {
  const characters = [...name];
  if (characters.length <= maxLength) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? [...name.slice(dot)] : [];
  const kept = extension.length <= longestExtension ? extension : [];
  return [...characters.slice(0, maxLength - kept.length), ...kept].join('');
};

/**
 * A file's name as it is shown and offered for saving: the last part of a path, without what is invisible or means something
 * to a file system, of a bounded length that keeps the extension.
 */
export const toSafeName = (given: string): string => {
  const last = given.split(/[\\/]/).findLast((part) => part.trim() !== '') ?? '';
  const plain = last
    .normalize('NFC')
    .replace(invisible, '')
    .replace(meaningful, '_')
    .replace(/\s+/g, ' ')
    // A leading dot hides the file, and a trailing one is lost on Windows.
    .replace(/^[. ]+|[. ]+$/g, '');
  return shorten(plain === '' ? 'file' : plain, limits.maxAttachmentNameLength);
};
