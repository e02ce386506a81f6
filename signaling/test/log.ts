import { createLogger } from '../src/platform/log.ts';

/** Tests that want to see the server's log set TEST_LOG_LEVEL=debug. */
export const quietLog = createLogger(process.env.TEST_LOG_LEVEL ?? 'silent');
