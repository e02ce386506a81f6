import type { MemberRole, RoomMember } from '@boltorezka/protocol';
import { asAppError } from '../failures.ts';
import type { Http } from '../http.ts';
import { isMemberChange, type MemberNews, renamed } from '../room/people-events.ts';
import { createRecordStore, readOnly } from '../store.ts';
import type { OpenMembers, RoomMemberEntry, RoomMembersState } from '../types/room.ts';

export interface MembersDeps {
  slug: string;
  http: Http;
  /** Tells of each change, in order; null: some may have been missed. Returns what ends it. */
  onMemberChanged: (listener: (news: MemberNews | null) => void) => () => void;
  /** Lets go of the room. */
  close: () => void;
}

const ranks: Record<MemberRole, number> = { owner: 0, moderator: 1, member: 2, guest: 3 };

const inOrder = (members: readonly RoomMemberEntry[]): readonly RoomMemberEntry[] =>
  members.toSorted(
    (one, other) => ranks[one.role] - ranks[other.role] || one.userName.localeCompare(other.userName),
  );

const toEntry = (member: RoomMember): RoomMemberEntry => ({
  userId: member.user_id,
  userName: member.user_name,
  role: member.role,
  joinedAt: member.joined_at,
  textMutedUntil: member.text_muted_until,
  voiceMutedUntil: member.voice_muted_until,
});

/** What one event makes of the list; it says all about its person. */
export const applyMember = (
  members: readonly RoomMemberEntry[],
  event: MemberNews,
): readonly RoomMemberEntry[] => {
  if (!isMemberChange(event)) return inOrder(renamed(members, event));
  const { userId, userName, role, joinedAt, textMutedUntil, voiceMutedUntil } = event;
  const others = members.filter((member) => member.userId !== userId);
  if (role === null || joinedAt === null) return others.length === members.length ? members : others;
  return inOrder([...others, { userId, userName, role, joinedAt, textMutedUntil, voiceMutedUntil }]);
};

const empty: RoomMembersState = { status: 'loading', members: [], hasMore: false, error: null };

/** Who belongs to a room, read in pages and followed from there on. */
export const createMembers = ({ slug, http, onMemberChanged, close }: MembersDeps): OpenMembers => {
  const state = createRecordStore(empty);
  let cursor: string | null = null;
  /** What came while a page was on its way: the page may be of before. */
  let since: MemberNews[] = [];
  let reading: object | null = null;

  const read = async (from: string | null): Promise<void> => {
    const own = {};
    reading = own;
    since = [];
    try {
      const query = from === null ? {} : { cursor: from };
      const { members, next_cursor } = await http.call('members.list', { params: { slug }, query });
      if (reading !== own) return;
      const page = members.map(toEntry);
      const read = new Set(page.map(({ userId }) => userId));
      const kept = from === null ? [] : state.get().members.filter(({ userId }) => !read.has(userId));
      cursor = next_cursor;
      const next = since.reduce(applyMember, inOrder([...kept, ...page]));
      state.set({ status: 'ready', members: next, hasMore: cursor !== null, error: null });
    } catch (error) {
      if (reading !== own) return;
      const { status } = state.get();
      state.patch({
        status: status === 'ready' ? 'ready' : 'failed',
        error: asAppError(error, 'The members could not be loaded.'),
      });
    } finally {
      if (reading === own) reading = null;
    }
  };
  const stop = onMemberChanged((event) => {
    if (event === null) return void read(null);
    if (reading) since.push(event);
    state.patch({ members: applyMember(state.get().members, event) });
  });
  void read(null);
  return {
    state: readOnly(state),
    loadMore: async () => {
      if (cursor !== null && !reading) await read(cursor);
    },
    refresh: () => read(null),
    close: () => {
      reading = {};
      stop();
      close();
    },
  };
};
