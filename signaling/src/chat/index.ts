export { createEraseRepository } from './erase-repository.ts';
export { createChatHandlers } from './handlers.ts';
export { createChatRepository } from './repository.ts';
export { registerChatRoutes } from './routes.ts';
export { MessageWriter } from './writer.ts';
