import type { ChildProcess } from 'node:child_process';
import { Redis } from 'ioredis';
import { startUntil } from './processes.ts';

/** A Redis that keeps nothing; resolves when it takes connections. */
export const startRedis = (port: number, ...options: string[]): Promise<ChildProcess> =>
  startUntil(
    [
      '/usr/bin/redis-server',
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      ...options,
    ],
    (output) => output.includes('Ready to accept connections'),
  );

/** A look into a Redis that may be hurt meanwhile: what is asked of it waits until it is back. */
export const lookIntoRedis = (url: string): Redis => {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on('error', () => {});
  return redis;
};
