/** Answers what the parent asks over the IPC channel of `fork`, one question at a time, and ends with that channel. */
export const serve = <Request, Answer extends { type: string }>(
  handle: (request: Request) => Promise<Answer> | Answer,
): void => {
  const answer = async (request: Request): Promise<void> => {
    process.send?.(await handle(request));
  };
  process.on('message', (request: Request) => {
    answer(request).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ type: 'ready', pid: process.pid });
};
