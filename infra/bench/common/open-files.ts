import { readFileSync } from 'node:fs';

/** What a process has open besides its sockets, with room to spare. */
const OTHER_FILES = 500;

/** Node raises its own limit as far as it may, and so do the processes that it starts. */
export const assertOpenFiles = (sockets: number): void => {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const allowed = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  if (allowed >= sockets + OTHER_FILES) return;
  throw new Error(
    `a process may open ${allowed} files here, and ${sockets} sockets need ${sockets + OTHER_FILES}: ulimit -n ${sockets + OTHER_FILES}`,
  );
};
