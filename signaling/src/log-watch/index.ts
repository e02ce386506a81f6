export { LogWatch } from './log-watch.ts';
export { createLogWatchRepository } from './repository.ts';
export { Resync } from './resync.ts';
