type Clipboard = Pick<DataTransfer, 'files' | 'types'>;

/**
 * The files that a paste brings. A table or a page of text is copied as words, and besides as a picture of them: the words
 * are meant. A file that was copied brings its name as words, but without any layout.
 */
export const pastedFiles = ({ files, types }: Clipboard): File[] => {
  const hasLayout = types.includes('text/html') || types.includes('text/rtf');
  return hasLayout && types.includes('text/plain') ? [] : [...files];
};
