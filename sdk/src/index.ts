export {
  AppError,
  type Attachment,
  type ChatMessage,
  type ErrorCode,
  limits,
  type Member,
  type Room,
  type ServerEvent,
  type User,
  type ValidationIssue,
  type VoiceParticipant,
} from '@boltorezka/protocol';
export type { Attachments, UploadOptions, UploadProgress } from './attachments.ts';
export { createClient } from './client.ts';
export { createStore } from './store.ts';
export type * from './types.ts';
