import type { AppError, Member } from '@boltorezka/protocol';
import type { Store } from './store.ts';

export interface BlocksState {
  status: 'loading' | 'ready' | 'failed';
  people: readonly Member[];
  error: AppError | null;
}

export interface FindPeopleInput {
  /** The beginning of a word of the name; left out or empty: anybody. */
  query?: string;
  /** Only those who may enter this room: for mentions. */
  roomSlug?: string;
  limit?: number;
}

export interface People {
  /** Rejects with an `AppError`. */
  find(input: FindPeopleInput): Promise<Member[]>;
  /** Whom I have blocked, followed at whatever device that is done; their sound is not played, and told of is nothing of theirs. */
  blocks: Store<BlocksState>;
  /** Never rejects: look at `blocks`. */
  refreshBlocks(): Promise<void>;
  /** Neither of us writes to the other directly, and their naming me tells me nothing. Rejects with an `AppError`. */
  block(person: Member): Promise<void>;
  unblock(userId: string): Promise<void>;
}
