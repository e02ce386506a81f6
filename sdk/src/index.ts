export {
  type AccountBan,
  type AdminUser,
  AppError,
  type Attachment,
  type AuditEntry,
  type ChatMessage,
  type DeviceSession,
  type ErrorCode,
  type Invitation,
  type JoinRequest,
  type LinkPreview,
  limits,
  type Member,
  type MemberRole,
  type Mention,
  type NotifyLevel,
  type Quotation,
  type Reaction,
  type RegistrationMode,
  type Report,
  type Room,
  type RoomBan,
  type RoomDetails,
  type RoomMember,
  type RoomMute,
  type RoomSelf,
  type ServerEvent,
  type ThreadSummary,
  toOneLine,
  type User,
  type ValidationIssue,
  type VoiceParticipant,
} from '@boltorezka/protocol';
export type { Account, ExportedData } from './account.ts';
export type { Admin } from './admin.ts';
export {
  type Attachments,
  UnreadableFileError,
  type UploadOptions,
  type UploadProgress,
} from './attachments.ts';
export { createClient } from './client.ts';
export { createBrowserOutbox } from './outbox/browser-outbox.ts';
export { initialRoomState } from './room/initial-state.ts';
export { groupRooms } from './rooms/group-rooms.ts';
export { createStore } from './store.ts';
export type * from './types.ts';
