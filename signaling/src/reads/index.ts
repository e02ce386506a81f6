export { createReadHandlers } from './handlers.ts';
export {
  addToInboxes,
  type InboxAddition,
  type Notice,
  type NoticedMessage,
  removeFromInboxes,
} from './inbox-repository.ts';
export { createReadRepository, type Mark, moveMarks } from './repository.ts';
export { registerReadRoutes } from './routes.ts';
