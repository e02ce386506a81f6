export { createReadHandlers } from './handlers.ts';
export {
  addToInboxes,
  type InboxAddition,
  markInboxReadFrom,
  type Notice,
  removeFromInboxes,
  selectInboxAdditions,
} from './inbox-repository.ts';
export { forgetParticipants } from './participant-repository.ts';
export { createReadRepository, type Mark, type MarkingRow, markingSql, markingValues } from './repository.ts';
export { registerReadRoutes } from './routes.ts';
export { type Reach, selectReaches } from './seen-repository.ts';
export { type PersonRead, selectReadStates } from './state-repository.ts';
export {
  createThreadReadRepository,
  markThreads,
  selectThreadStandings,
  type ThreadMark,
  type ThreadStanding,
} from './thread-repository.ts';
