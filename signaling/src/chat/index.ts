export { createMessageChanges } from './changes.ts';
export { createErasing, type Erasing } from './erase.ts';
export { createChatHandlers } from './handlers.ts';
export { createChatLimits } from './limits.ts';
export type { NewMessage } from './new-message.ts';
export { createChatRepository } from './repository.ts';
export { registerChatRoutes } from './routes.ts';
export { createThreadRoots } from './thread-roots.ts';
export { MessageWriter } from './writer.ts';
