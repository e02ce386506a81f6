import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler reads the body itself, and sees to it that it does not take for ever. */
    bodyIsStreamed?: boolean;
  }
}

/** A body that drips holds its connection no longer than this. */
const bodyDeadlineMs = 15_000;

/** An upload is stopped where, after a first while, it is slower than this on the average: half a megabit is four times it. */
export const slowestUpload = { bytesPerSecond: 16 * 1024, graceMs: 15_000, idleMs: 15_000 } as const;

/** How long a file of so many bytes may take at the least speed. */
export const longestUploadMs = (maxBytes: number): number =>
  slowestUpload.graceMs + Math.ceil((maxBytes / slowestUpload.bytesPerSecond) * 1000);

/** Cuts connections whose head, or whose body where nobody streams it, does not come to an end. */
export const installBodyDeadline = (app: FastifyInstance, deadlineMs = bodyDeadlineMs): void => {
  app.server.headersTimeout = deadlineMs;
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (routeOptions.config.bodyIsStreamed || raw.complete) return;
    const timer = setTimeout(() => {
      if (!raw.complete) raw.socket.destroy();
    }, deadlineMs);
    timer.unref();
    const clear = () => clearTimeout(timer);
    raw.once('end', clear);
    raw.once('close', clear);
  });
};
