import type {
  AppError,
  Member,
  MemberRole,
  RoomAction,
  RoomDetails,
  RoomSelf,
  VoiceParticipant,
} from '@boltorezka/protocol';
import type { EditInput, RetryHow, SendInput, TimelineMessage } from './message.ts';
import type { Store } from './store.ts';

export type { RoomAction };

/** What this person may do here: what is worth offering, the server decides. `speak` also where a moderator has muted them. */
export type RoomMay = Readonly<Record<RoomAction, boolean>>;

/** Why somebody is in a room no more. */
export interface RoomRemoval {
  reason: 'left' | 'kicked' | 'banned' | 'deleted' | 'closed';
  /** What the moderator said. */
  note: string | null;
}

/** What is shown of a room's messages, or of those of one thread. */
export interface TimelineState {
  /** In the order of the log; then my own that the server does not have yet, in the order I wrote them. */
  messages: readonly TimelineMessage[];
  hasOlder: boolean;
  /** Also while the newest messages are on their way: until then nothing can be said of what is older. */
  loadingOlder: boolean;
  /** Why messages that are shown to be missing could not be loaded; `loadOlder()` or `loadNewer()` tries again. */
  historyError: AppError | null;
}

export interface RoomState extends TimelineState {
  slug: string;
  id: string | null;
  title: string;
  /**
   * `joined` stays through a lost connection: what is shown is then what was last known. `failed`: `error` says why, and
   * `removed` where this person was put out.
   */
  status: 'joining' | 'joined' | 'failed';
  error: AppError | null;
  removed: RoomRemoval | null;
  /** Topic, category, slow mode and the like; null until the room was entered. */
  details: RoomDetails | null;
  /** What this person is here; null until the room was entered. */
  self: RoomSelf | null;
  may: RoomMay;
  members: Member[];
  participants: VoiceParticipant[];
  speakingUserIds: string[];
  /** Who else is writing, to the room itself. */
  typing: readonly Member[];
  /**
   * False in the middle of the past, after `jumpTo`, or where the newest were let go of for what is further back: what is
   * being said now is not among `messages`.
   */
  isAtNewest: boolean;
  /** In the middle of the past: there is more after what is shown. False at the newest. */
  hasNewer: boolean;
  loadingNewer: boolean;
  /** In the middle of the past: how many of others have come since. */
  newerCount: number;
  /** Up to where this person has read, at any device; null where they never did, or it is not known yet. */
  readSeq: number | null;
  /**
   * The line between read and unread stands after this position: messages of others behind it were unread when the room
   * was opened. It stays while the room is open, until `moveUnreadLine()`; null where there is none.
   */
  unreadLineSeq: number | null;
  /** How many replies of others are unread, by the id of the message that began the thread; without any: absent. */
  unreadThreads: Readonly<Record<string, number>>;
}

/** Who is writing in a thread, and its messages; the first one, which began it, stands by itself. */
export interface ThreadState extends TimelineState {
  rootId: string;
  root: TimelineMessage | null;
  status: 'loading' | 'ready' | 'failed';
  error: AppError | null;
  typing: readonly Member[];
  /** The line between read and unread stands after this position, as reading stood when the thread was opened. */
  unreadLineSeq: number | null;
}

/** A thread in the list of a room's threads. */
export interface ListedThread {
  root: TimelineMessage;
  unreadCount: number;
}

export interface ThreadPage {
  /** The one answered last first. */
  threads: ListedThread[];
  /** Leads to older ones; null where there are none. */
  nextCursor: string | null;
}

/** A thread that somebody looks at. It changes with the room's log for as long as it is open. */
export interface OpenThread {
  state: Store<ThreadState>;
  /** As `OpenRoom.send` does. */
  send(input: string | SendInput, onKept?: () => void): void;
  retry(key: string, how?: RetryHow): void;
  discard(key: string): void;
  /** Never rejects: what could not be loaded can be asked for again. */
  loadOlder(): Promise<void>;
  /** What is up to here has been seen: of this thread alone, as `OpenRoom.markRead` is of the room alone. */
  markRead(seq: number): void;
  /** I am writing; may be called at every key. */
  notifyTyping(): void;
  close(): void;
}

/** What is done here is shown at once; where the server refuses, it is taken back: see `TimelineMessage.change`. */
export interface OpenRoom {
  state: Store<RoomState>;
  /**
   * Goes back to the newest messages, where it will stand. Blank text without attachments is not sent. Of what stands before it,
   * that is read with it which was seen, or all: see `ClientOptions.marksRead`.
   * @param onKept is called when what was written outlives the page, or the server has it; never where neither comes to be.
   */
  send(input: string | SendInput, onKept?: () => void): void;
  /** My own message, by its id. `onKept`: as of `send`. */
  edit(messageId: string, input: string | EditInput, onKept?: () => void): void;
  delete(messageId: string): void;
  /** Sets a reaction of mine, or takes it back. */
  react(messageId: string, emoji: string, isSet: boolean): void;
  pin(messageId: string, isPinned: boolean): void;
  /** Takes the preview of a link away from a message, for everybody and for good. */
  dismissPreview(messageId: string, url: string): void;
  /** Tries a message, or a change of one, again that has failed. */
  retry(key: string, how?: RetryHow): void;
  /** Forgets a message, or a change of one, that has failed or waits. */
  discard(key: string): void;
  /** Never rejects: what could not be loaded can be asked for again. */
  loadOlder(): Promise<void>;
  /** In the middle of the past: what comes after. Arriving at the newest, `isAtNewest` is true again. Never rejects. */
  loadNewer(): Promise<void>;
  /**
   * Shows the messages around this one, which may be an old one. Resolves when it is among `state.messages`; rejects with
   * an `AppError` where it cannot be loaded, and what is shown stays. In a room that is just being entered it waits for that.
   */
  jumpTo(messageId: string): Promise<void>;
  /** Shows the messages around a position of the log, by one request where they are not here. Rejects as `jumpTo` does. */
  jumpToPosition(seq: number): Promise<void>;
  /**
   * Shows the messages around a time. Resolves to the id of the first message of then or later, else of the last one; null
   * where nothing was written. Rejects as `jumpTo` does.
   */
  jumpToTime(at: Date): Promise<string | null>;
  /** At once, and without asking the server. */
  returnToNewest(): void;
  /**
   * The reader has this position before their eyes; null: the newest, whatever comes, as is so until somebody says otherwise.
   * Costs nothing: what is far from there is let go of with what comes next.
   */
  lookAt(seq: number | null): void;
  /**
   * What is up to here has been seen. Never goes back; said once a second at most. Not taken while what stands before it is on
   * its way: until the newest page is in, `loadingOlder` says so.
   */
  markRead(seq: number): void;
  /** Puts the unread line where this person has read up to now: for when they come back to a room that stayed open. */
  moveUnreadLine(): void;
  /** I am writing; may be called at every key. */
  notifyTyping(): void;
  /** By the id of the message that began the thread, or is to begin it. Counted: the thread closes with its last handle. */
  openThread(rootId: string): OpenThread;
  /** The pinned messages, the one pinned last first. Rejects with an `AppError`. */
  loadPins(): Promise<TimelineMessage[]>;
  /** The room's threads. Rejects with an `AppError`. @param cursor the `nextCursor` of an earlier page. */
  listThreads(cursor?: string): Promise<ThreadPage>;
  close(): void;
}

/** Somebody who belongs to a room. */
export interface RoomMemberEntry {
  userId: string;
  userName: string;
  role: MemberRole;
  joinedAt: string;
  /** Undefined: not muted. Null: for good. */
  textMutedUntil: string | null | undefined;
  voiceMutedUntil: string | null | undefined;
}

export interface RoomMembersState {
  status: 'loading' | 'ready' | 'failed';
  /** By role, from the most to the least, then by name. */
  members: readonly RoomMemberEntry[];
  /** More belong to the room than are shown. */
  hasMore: boolean;
  error: AppError | null;
}

/** Who belongs to a room, followed as it changes. The room is entered for as long as this is open. */
export interface OpenMembers {
  state: Store<RoomMembersState>;
  /** Never rejects: look at `state.error`. */
  loadMore(): Promise<void>;
  refresh(): Promise<void>;
  close(): void;
}
