export { type MessagePick, readMessages, readMessagesById } from './repository.ts';
export { revisionOf, toRestMessage } from './shape.ts';
