import { createServer } from 'node:net';

const tryBind = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

// Below the kernel's ephemeral range (32768 and up), so that no outgoing connection takes one meanwhile.
const [lowest, highest] = [12_000, 32_000];
/** More than there are workers of a run, and whoever starts them. */
const shares = 8;
const sharePorts = (highest - lowest) / shares;
/** What is free is so until it is listened on, and workers look at the same time: each looks among ports of its own. */
const begin = lowest + (Number(process.env.VITEST_POOL_ID ?? 0) % shares) * sharePorts;
/** From anywhere: another run on the same machine begins elsewhere. */
let given = Math.floor(Math.random() * sharePorts);

/** So many in a row, which come up again only when all others have. */
const takeNext = (count: number): number => {
  if (given + count > sharePorts) given = 0;
  const first = begin + given;
  given += count;
  return first;
};

/** A port, with `count - 1` above it, that nothing listens on now. */
export const findFreePorts = async (count = 1): Promise<number> => {
  for (;;) {
    const first = takeNext(count);
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => tryBind(first + offset)));
    if (free.every(Boolean)) return first;
  }
};
