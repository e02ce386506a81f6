// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax that is tested.
import { expect, test } from 'vitest';
import { expand } from './expand.ts';

const variables: Record<string, string> = { NAME: 'value', EMPTY: '', OTHER: 'other' };
const lookup = (name: string) => variables[name];

test('variables are replaced with and without braces, unknown ones by nothing', () => {
  expect(expand('$NAME/${OTHER}$UNKNOWN.', lookup, '\\')).toBe('value/other.');
});

test('a default stands in for what is not set, and with a colon for what is empty', () => {
  expect(expand('${UNKNOWN:-a b}', lookup, '$')).toBe('a b');
  expect(expand('${EMPTY:-a}', lookup, '$')).toBe('a');
  expect(expand('${EMPTY-a}', lookup, '$')).toBe('');
  expect(expand('${NAME:-a}', lookup, '$')).toBe('value');
});

test('a default may hold variables with defaults of their own', () => {
  expect(expand('${URL:-http://${HOST:-db}:${PORT:-80}/${NAME}}', lookup, '$')).toBe('http://db:80/value');
});

test('an alternative stands for what is set', () => {
  expect(expand('${NAME:+yes}${EMPTY:+no}${EMPTY+there}', lookup, '$')).toBe('yesthere');
});

test('a demand that is not met names the variable', () => {
  expect(() => expand('${UNKNOWN:?write one}', lookup, '$')).toThrow('UNKNOWN is not set: write one');
});

test('a literal dollar is written with a backslash in a Dockerfile, twice in a compose file', () => {
  expect(expand('\\$NAME', lookup, '\\')).toBe('$NAME');
  expect(expand('$$NAME', lookup, '$')).toBe('$NAME');
  expect(expand('costs 5$', lookup, '$')).toBe('costs 5$');
});

test('braces that are never closed, and names that are none, are refused', () => {
  expect(() => expand('${NAME', lookup, '$')).toThrow('closing brace');
  expect(() => expand('${NA ME}', lookup, '$')).toThrow('is no variable');
});
