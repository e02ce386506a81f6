export { ownBehindSql } from './own-repository.ts';
export { readMessages, readMessagesById } from './repository.ts';
export { toRestMessage } from './shape.ts';
