import type { AuditEntry, MemberRole } from '@boltorezka/sdk';

/** What was done, as words for it are kept. */
const actions = {
  'room.create': 'roomCreate',
  'room.update': 'roomUpdate',
  'member.add': 'memberAdd',
  'member.join': 'memberJoin',
  'member.role': 'memberRole',
  'member.remove': 'memberRemove',
  'member.mute': 'memberMute',
  'member.unmute': 'memberUnmute',
  'member.ban': 'memberBan',
  'member.unban': 'memberUnban',
  'request.accept': 'requestAccept',
  'request.decline': 'requestDecline',
  'invitation.create': 'invitationCreate',
  'invitation.revoke': 'invitationRevoke',
  'message.delete': 'messageDelete',
  'report.resolve': 'reportResolve',
} as const;

type ActionWords = (typeof actions)[keyof typeof actions];

/** One thing that a change of a room has changed. */
export type RoomChange =
  | { kind: 'title' | 'category'; value: string }
  | { kind: 'topic' | 'position' | 'slowMode' | 'noCategory' }
  | { kind: 'opened' | 'closed' | 'archived' | 'restored' | 'takesRequests' | 'takesNoRequests' };

/** What an entry of the log says, taken apart for the words of any language. */
export interface AuditSentence {
  /** Null: a newer server does things that this page has no words for. */
  words: ActionWords | null;
  role: MemberRole | null;
  changes: RoomChange[];
  reason: string | null;
  /** Until when; null: for good, undefined: nothing that ends. */
  until: string | null | undefined;
  silences: 'text' | 'voice' | 'both' | null;
  deletesMessages: boolean;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const roleOf = (value: unknown): MemberRole | null =>
  (['owner', 'moderator', 'member', 'guest'] as const).find((role) => role === value) ?? null;

const toggled = <On extends string, Off extends string>(
  value: unknown,
  on: On,
  off: Off,
): { kind: On | Off }[] => {
  if (typeof value !== 'boolean') return [];
  return [{ kind: value ? on : off }];
};

const changesOf = (details: Record<string, unknown>): RoomChange[] => {
  const title = text(details.title);
  const category = text(details.category);
  return [
    ...(title ? [{ kind: 'title' as const, value: title }] : []),
    ...('topic' in details ? [{ kind: 'topic' as const }] : []),
    ...(category ? [{ kind: 'category' as const, value: category }] : []),
    ...(details.category === null ? [{ kind: 'noCategory' as const }] : []),
    ...('position' in details ? [{ kind: 'position' as const }] : []),
    ...('slow_mode_s' in details ? [{ kind: 'slowMode' as const }] : []),
    ...toggled(details.is_public, 'opened', 'closed'),
    ...toggled(details.accepts_requests, 'takesRequests', 'takesNoRequests'),
    ...toggled(details.archived, 'archived', 'restored'),
  ];
};

const silencesOf = (details: Record<string, unknown>): AuditSentence['silences'] => {
  if (details.text === true && details.voice === true) return 'both';
  if (details.text === true) return 'text';
  return details.voice === true ? 'voice' : null;
};

const untilOf = (value: unknown): string | null | undefined => {
  if (value === null) return null;
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
};

/** Servers of other builds may write other details: what does not fit is left out, and the sentence stays true. */
export const toSentence = ({ action, details }: Pick<AuditEntry, 'action' | 'details'>): AuditSentence => ({
  words: Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : null,
  role: roleOf(details.role),
  changes: action === 'room.update' ? changesOf(details) : [],
  reason: text(details.reason),
  until: untilOf(details.expires_at),
  silences: silencesOf(details),
  deletesMessages: details.delete_messages === true,
});
