/**
 * For every npm that fetches. Without a network npm would be silent for more than a minute, trying again and again.
 */
export const NPM_FLAGS = [
  '--no-audit',
  '--no-fund',
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];
