import { expect, test } from 'vitest';
import { parseSuites } from './machine.ts';

test('of what apt knows, the suites of one release are taken with all their components', () => {
  const lines = [
    'http://mirror.example/debian/ bookworm main',
    'http://mirror.example/debian/ bookworm contrib',
    'http://mirror.example/security/ bookworm-security main',
    'http://elsewhere.example/ nodistro main',
    'http://mirror.example/debian/ trixie main',
  ];
  expect(parseSuites(lines.join('\n'), 'bookworm')).toEqual([
    { uri: 'http://mirror.example/debian/', suite: 'bookworm', components: ['main', 'contrib'] },
    { uri: 'http://mirror.example/security/', suite: 'bookworm-security', components: ['main'] },
  ]);
});
