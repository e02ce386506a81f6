/**
 * The source of a regular expression for one of Docker's patterns: `*` and `?` stay within a folder, a `**` segment is
 * any number of folders, `[a-z]` a set of characters, a backslash takes the next character as it is.
 */
export const patternSource = (pattern: string): string => {
  let source = '';
  for (let rest = pattern; rest !== ''; ) {
    const [token = ''] = /^(?:\*\*\/|\*\*|\\.|\[[^\]]+\]|.)/s.exec(rest) ?? [];
    source += tokenSource(token);
    rest = rest.slice(token.length);
  }
  return source;
};

const tokenSource = (token: string): string => {
  if (token === '**/') return '(?:.*/)?';
  if (token === '**') return '.*';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.length > 1 && token.startsWith('[')) return token;
  return escaped(token);
};

const escaped = (token: string): string =>
  (token.length > 1 ? token.slice(1) : token).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Whether a text has characters that a pattern gives a meaning to. */
export const isPattern = (text: string): boolean => /[*?[]/.test(text);
