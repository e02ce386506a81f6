export { LogWatch } from './log-watch.ts';
export { createLogWatchRepository } from './repository.ts';
