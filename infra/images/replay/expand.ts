/** The value of a variable; undefined where it is not set. */
export type Lookup = (name: string) => string | undefined;

/** How a literal dollar is written: `\$` in a Dockerfile, `$$` in a compose file. */
export type Escape = '\\' | '$';

/**
 * Replaces `$NAME`, `${NAME}` and the forms with a default (`:-`, `-`), an alternative (`:+`, `+`) or a demand (`:?`,
 * `?`), whose right-hand sides may hold variables in turn.
 * @throws Error for a demand that is not met, and for braces that are never closed.
 */
export const expand = (text: string, lookup: Lookup, escaping: Escape): string => {
  let result = '';
  let rest = text;
  while (rest !== '') {
    const start = rest.search(escaping === '$' ? /\$/ : /\\\$|\$/);
    if (start < 0) return result + rest;
    result += rest.slice(0, start);
    rest = rest.slice(start);
    const { value, length } = readVariable(rest, lookup, escaping);
    result += value;
    rest = rest.slice(length);
  }
  return result;
};

interface Read {
  value: string;
  length: number;
}

const readVariable = (text: string, lookup: Lookup, escaping: Escape): Read => {
  if (text.startsWith(`${escaping}$`)) return { value: '$', length: 2 };
  const plain = /^\$([A-Za-z_]\w*)/.exec(text);
  if (plain) return { value: lookup(plain[1] ?? '') ?? '', length: plain[0].length };
  if (!text.startsWith('${')) return { value: '$', length: 1 };
  const end = closingBrace(text);
  const body = /^([A-Za-z_]\w*)(:?[-+?])?(.*)$/s.exec(text.slice(2, end));
  if (!body) throw new Error(`${text.slice(0, end + 1)} is no variable`);
  const [, name = '', operator = '', operand = ''] = body;
  if (operator === '' && operand !== '') throw new Error(`${text.slice(0, end + 1)} is no variable`);
  const value = substitute({ name, operator, operand }, lookup, escaping);
  return { value, length: end + 1 };
};

const closingBrace = (text: string): number => {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1;
    else if (text[at] === '}' && depth > 0) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  throw new Error(`${text} lacks a closing brace`);
};

interface Substitution {
  name: string;
  operator: string;
  operand: string;
}

const substitute = ({ name, operator, operand }: Substitution, lookup: Lookup, escaping: Escape): string => {
  const found = lookup(name);
  // A colon makes the empty text count as not set.
  const isSet = found !== undefined && !(operator.startsWith(':') && found === '');
  const other = () => expand(operand, lookup, escaping);
  switch (operator.at(-1)) {
    case '-':
      return isSet ? found : other();
    case '+':
      return isSet ? other() : '';
    case '?':
      if (!isSet) throw new Error(`${name} is not set: ${other()}`);
      return found;
    default:
      return found ?? '';
  }
};
