import { createServer } from 'node:net';

const tryBind = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** A port, with `count - 1` above it, that nothing listens on now. */
export const findFreePorts = async (count = 1): Promise<number> => {
  for (;;) {
    // Below the kernel's ephemeral range (32768 and up), so that no outgoing connection takes one meanwhile.
    const first = 12_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => tryBind(first + offset)));
    if (free.every(Boolean)) return first;
  }
};
