import { closeCodes } from '@boltorezka/protocol';

/**
 * Closes that mean "I am leaving": done, going away (a page that is closed), a close without a code (RFC 6455 section
 * 7.4.1); and ours, when the session has ended.
 */
const leavingCloseCodes: ReadonlySet<number> = new Set([1000, 1001, 1005, closeCodes.sessionEnded]);

/** False where the socket was lost, and its person may come back with another. */
export const isLeaving = (closeCode: number): boolean => leavingCloseCodes.has(closeCode);
