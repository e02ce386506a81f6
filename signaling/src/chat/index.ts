export { createMessageChanges } from './changes.ts';
export { createChatHandlers } from './handlers.ts';
export { type ChatLimits, createChatLimits } from './limits.ts';
export type { NewMessage, RoomActivity } from './new-message.ts';
export { createChatRepository } from './repository.ts';
export { registerChatRoutes } from './routes.ts';
export { MessageWriter } from './writer.ts';
