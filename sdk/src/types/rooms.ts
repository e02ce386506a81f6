import type { AppError, Member, MemberRole, NotifyLevel } from '@boltorezka/protocol';
import type { OpenMembers, OpenRoom } from './room.ts';
import type { Store } from './store.ts';

/** A room in the list. An entry that did not change stays the same object. */
export interface RoomEntry {
  id: string;
  slug: string;
  title: string;
  isPublic: boolean;
  createdAt: string;
  kind: 'room' | 'direct';
  topic: string;
  category: string | null;
  position: number;
  slowModeS: number;
  acceptsRequests: boolean;
  archivedAt: string | null;
  myRole: MemberRole | null;
  lastMessageAt: string | null;
  /** The room's own messages so far; what threads hold is not among them. */
  messageCount: number;
  /** Up to where I have read; null where I never did. */
  readSeq: number | null;
  /** Messages that I have not read; of a room that I never read, all. */
  unreadCount: number;
  /** Where I was named or answered, and have not seen it. */
  mentionCount: number;
  notify: NotifyLevel;
  /** The other person of a direct room. */
  directWith: Member | null;
  /** A direct room that I have closed: `groupRooms` leaves it out, until something is written there or I open it again. */
  isClosed: boolean;
  /** How many of the messages that came since the list was read are of people whom I have blocked. */
  blockedCount: number;
}

export interface RoomsState {
  status: 'loading' | 'ready' | 'failed';
  /** As they came; `groupRooms` puts them in order. */
  rooms: readonly RoomEntry[];
  error: AppError | null;
}

/** Rooms that stand together under one name; null: those without a category. */
export interface RoomGroup {
  category: string | null;
  rooms: RoomEntry[];
}

/** The list of rooms in the order to be shown. */
export interface GroupedRooms {
  /** Without a category first, then by its name; within, by place and title. */
  groups: RoomGroup[];
  /** The one written to last first. */
  direct: RoomEntry[];
  archived: RoomEntry[];
}

export interface CreateRoomInput {
  slug: string;
  title: string;
  is_public?: boolean;
  topic?: string;
  category?: string | null;
  /** Of a private room: strangers may ask to be let in. With false it is hidden from them, from the first moment on. */
  accepts_requests?: boolean;
}

/** By the room's slug, in the order they sat down; a room with nobody in voice is absent. */
export type InVoice = Readonly<Record<string, readonly Member[]>>;

/** What waits for the moderators of a room. */
export interface ModerationWaiting {
  joinRequestCount: number;
  reportCount: number;
}

export interface Rooms {
  /** Follows what is created, changed, written and read, also at other devices. */
  state: Store<RoomsState>;
  /** Who sits in voice in each room that this person may enter, joined or not; offline, the last that was known. */
  inVoice: Store<InVoice>;
  /** By the room's slug; of the rooms that this person moderates, as far as the server has told. */
  waiting: Store<Readonly<Record<string, ModerationWaiting>>>;
  /** How many reports that only administrators deal with wait for this person, who is one. */
  serverReportCount: Store<number>;
  /** Never rejects: look at `state.error`. */
  refresh(): Promise<void>;
  create(input: CreateRoomInput): Promise<RoomEntry>;
  /** The room of two with somebody; it is made where there is none. */
  openDirect(userId: string): Promise<RoomEntry>;
  /** Shown at once; rejects, and is taken back, where the server refuses. */
  setNotify(slug: string, level: NotifyLevel): Promise<void>;
  /** Takes a direct room out of the list at every device, or back. Shown at once; taken back where the server refuses. */
  setClosed(slug: string, isClosed: boolean): Promise<void>;
  /**
   * Counted per slug: the room is left when every handle of it is closed, voice does not sit there, and all that was
   * written there is sent, discarded or refused. A room that would not let us in is asked again.
   */
  open(slug: string): OpenRoom;
  openMembers(slug: string): OpenMembers;
}
