import { expect, test } from 'vitest';
import { parseDockerignore } from './dockerignore.ts';

const ignored = (text: string, ...paths: string[]): string[] => {
  const { isIgnored } = parseDockerignore(text);
  return paths.filter(isIgnored);
};

test('a pattern fits from the root, and everything below what it fits', () => {
  expect(ignored('data\n/logs/', 'data', 'data/a', 'logs/b', 'web/data', 'database')).toEqual([
    'data',
    'data/a',
    'logs/b',
  ]);
});

test('one star stays within a folder, two go anywhere', () => {
  expect(ignored('*.log', 'a.log', 'web/a.log')).toEqual(['a.log']);
  expect(ignored('**/*.log', 'a.log', 'web/x/a.log', 'a.logs')).toEqual(['a.log', 'web/x/a.log']);
  expect(ignored('**/.env*', '.env', 'web/.env.local', 'web/env')).toEqual(['.env', 'web/.env.local']);
});

test('the last line that fits decides', () => {
  const text = '# everything\n*\n!web\n**/dist\n';
  expect(ignored(text, 'README.md', 'web/index.html', 'web/dist/index.html')).toEqual([
    'README.md',
    'web/dist/index.html',
  ]);
});

test('an exception reaches into a folder that is ignored', () => {
  const text = '*\n!infra\ninfra/*\n!infra/setup';
  expect(ignored(text, 'infra/images/a', 'infra/setup/b.mjs', 'infra/c')).toEqual([
    'infra/images/a',
    'infra/c',
  ]);
});

test('an ignored folder need not be looked into where no exception can reach', () => {
  const { mayHoldException } = parseDockerignore('*\n!infra/setup\n!docs/api/*.json');
  expect(['infra', 'docs', 'node_modules', '.git'].filter(mayHoldException)).toEqual(['infra', 'docs']);
  expect(parseDockerignore('*\n!**/keep').mayHoldException('node_modules')).toBe(true);
});
