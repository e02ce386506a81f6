import type { Attachment, ErrorCode, Mention, Quotation } from '@boltorezka/protocol';
import type { Store } from './store.ts';

/** What somebody wants to be otherwise about a message of the room. */
export type ChangeRequest =
  | { kind: 'edit'; messageId: string; text: string; mentions: readonly Mention[] }
  | { kind: 'delete'; messageId: string }
  | { kind: 'react'; messageId: string; emoji: string; isSet: boolean }
  | { kind: 'pin'; messageId: string; isPinned: boolean }
  | { kind: 'dismissPreview'; messageId: string; url: string };

/** What the server does not have yet, as it is kept between visits. */
export type OutboxEntry = MessageEntry | ChangeEntry;

interface KeptEntry {
  /** Of a message, the `clientMessageId` by which the server takes it once. */
  key: string;
  /** Who wrote it: nobody else ever sends or sees it. */
  userId: string;
  roomSlug: string;
  /** Entries go out in this order, room by room. */
  order: number;
  createdAt: string;
  /** When its writer wanted it sent last, where that is later than they wrote it. */
  wantedAt?: string;
  /** It has waited for so long that its writer is asked again; that is told anew each time, and not kept. */
  isExpired?: boolean;
  /** Why the server would not take it; it waits for its writer to try again or to discard it. */
  refusal: { code: ErrorCode; message: string } | null;
}

/** A change of a message that is there; made twice, it is made once. */
export interface ChangeEntry extends KeptEntry {
  change: ChangeRequest;
}

/** What a message keeps of what its writer had seen when they wrote: of the room, or of the thread that it goes to. */
export interface Seen {
  seenSeq: number;
  /** The log that `seenSeq` is a position of, where that was known. */
  epoch?: string;
}

export interface MessageEntry extends KeptEntry, Partial<Seen> {
  change?: undefined;
  text: string;
  replyTo?: string;
  /** What is shown of the message that it answers until the server has it. */
  quotation?: Quotation;
  mentions?: readonly Mention[];
  mentionsEveryone?: boolean;
  attachments?: readonly Attachment[];
  threadRootId?: string;
}

/** How pages of one browser agree on which of them sends. */
export interface OutboxTurn {
  /** Takes the turn from whichever page has it: somebody writes here. */
  take(): void;
  /** Tells the other pages that what is kept has changed. */
  announce(): void;
  leave(): void;
}

export interface OutboxTurnListener {
  /** This page sends from here on. */
  onTurn(): void;
  /** Another page sends from here on. */
  onTurnLost(): void;
  /** Another page has changed what is kept. */
  onChanged(): void;
}

/** Where messages, and changes of them, wait that the server does not have yet. What it returns may be a promise or not. */
export interface OutboxStorage {
  load(userId: string): OutboxEntry[] | Promise<OutboxEntry[]>;
  /** Puts the entry in, in the place of the one with its key. */
  save(entry: OutboxEntry): void | Promise<void>;
  remove(key: string): void | Promise<void>;
  /** Drops what anybody else wrote before then, in milliseconds since the epoch. */
  dropBefore(timeMs: number, exceptUserId: string): void | Promise<void>;
  /** Drops all that this person wrote. */
  erase(userId: string): void | Promise<void>;
  /** Where several pages share what is kept: how they take turns. */
  enterTurn?(userId: string, listener: OutboxTurnListener): OutboxTurn;
}

/** What this person has written, in whichever room, and the server does not have. */
export interface Unsent {
  /** In the order it was written; known also while the session is being restored. */
  state: Store<readonly OutboxEntry[]>;
  /**
   * For good, and out of the browser, at once. Other pages of it are told, and what was uploaded is taken back from the
   * server: whoever signs out waits for that. Never rejects.
   */
  erase(): Promise<void>;
}

/** What somebody has begun to write: its words, whom they name, and what they answer. */
export interface Draft {
  text: string;
  /** Whom the writer chose, which tells people of one name apart, wherever they are by now. */
  mentions: readonly Mention[];
  replyTo: Quotation | null;
}

/** Where drafts are kept between visits. */
export interface DraftStorage {
  load(key: string): string | null;
  /** Null: nothing is kept any more. */
  save(key: string, draft: string | null): void;
  /**
   * Where several pages share what is kept: tells what another of them has changed, and what was there before.
   * @returns what ends that.
   */
  follow?(listener: (key: string, before: string | null) => void): () => void;
}

/** A room, or a thread in it. */
export interface DraftPlace {
  roomSlug: string;
  threadRootId?: string;
}

/** What somebody has begun to make of a message of theirs, and neither saved nor given up. */
export interface EditDraft {
  /** As it was when this was begun. */
  message: { id: string; userName: string; text: string; mentions: readonly Mention[] };
  text: string;
  /** Whom the writer chose meanwhile. */
  mentions: readonly Mention[];
}

/** What somebody has made of a message of theirs, and saved. */
export interface EditParting {
  messageId: string;
  text: string;
}

/** `editOf`: the message that it is to change. */
export type PlacedDraft = DraftPlace & Draft & { editOf?: string };

/** What somebody has begun to write and not sent. Each person has their own. */
export interface Drafts {
  /** Empty where there is none, or nobody is signed in. */
  get(place: DraftPlace): Draft;
  /** What is left out stays. Without a text nobody is named. */
  change(place: DraftPlace, fields: Partial<Draft>): void;
  /**
   * It is on its way, and nothing is begun here any more, though the draft stays in the browser until the message is kept:
   * where it never is, it is there again at the next visit, or sign-in, before what was begun since.
   * @returns what says that it is.
   */
  letGo(place: DraftPlace, text: string): () => void;
  /**
   * Tells what another page of the browser has made of the draft, and what was kept before.
   * @returns what ends that.
   */
  follow(place: DraftPlace, listener: (before: Draft, now: Draft) => void): () => void;
  /** The changes of messages that were begun here, the one written last at the end. */
  edits(place: DraftPlace): EditDraft[];
  /** Keeps one until it is let go of, or dropped. One that says what the message says is none. */
  keepEdit(place: DraftPlace, edit: EditDraft): void;
  /** It was saved: as `letGo`. */
  letGoEdit(place: DraftPlace, edit: EditParting): () => void;
  /** It was given up, or its message is gone. */
  dropEdit(place: DraftPlace, messageId: string): void;
  /** All that this person has begun to put into words. */
  list(): PlacedDraft[];
  /** For good, and out of the browser: all that this person has begun, or somebody else who was signed in. */
  erase(userId?: string): void;
}
