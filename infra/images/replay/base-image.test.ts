import { expect, test } from 'vitest';
import { parseBaseImage } from './base-image.ts';

test('there are stand-ins for slim images of Debian and Node, and for nothing else', () => {
  expect(parseBaseImage('node:24-bookworm-slim')).toEqual({ release: 'bookworm', nodeMajor: '24' });
  expect(parseBaseImage('node:24.1.0-bookworm-slim')).toEqual({ release: 'bookworm', nodeMajor: '24' });
  expect(parseBaseImage('debian:bookworm-slim')).toEqual({ release: 'bookworm' });
  expect(() => parseBaseImage('node:24-alpine')).toThrow('FROM node:24-alpine');
});
