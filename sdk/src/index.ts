export {
  type AdminUser,
  AppError,
  type ChatMessage,
  type DeviceSession,
  type ErrorCode,
  type Invitation,
  limits,
  type Member,
  type RegistrationMode,
  type Room,
  type ServerEvent,
  type User,
  type ValidationIssue,
  type VoiceParticipant,
} from '@boltorezka/protocol';
export type { Account, ExportedData } from './account.ts';
export type { Admin } from './admin.ts';
export { createClient } from './client.ts';
export { createStore } from './store.ts';
export type * from './types.ts';
