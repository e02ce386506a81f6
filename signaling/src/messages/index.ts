export { readMessages, readMessagesById } from './repository.ts';
export { toRestMessage } from './shape.ts';
