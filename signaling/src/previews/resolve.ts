import { Resolver } from 'node:dns/promises';

/** All addresses of a name, those of IPv4 first; none where there is none. */
export type Resolve = (hostname: string) => Promise<string[]>;

/**
 * Asks the name servers of this machine. Its `hosts` file, which may name what is inside, is not asked; nor is the thread pool
 * held by a server that does not answer.
 */
export const createResolve = (timeoutMs = 2_000): Resolve => {
  const options = { timeout: timeoutMs, tries: 1 };
  return async (hostname) => {
    const resolver = new Resolver(options);
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  };
};
