import type { EventPayload, Member, ServerEvent } from '@boltorezka/protocol';
import { type AskingAnew, createAskingAnew } from './asking-anew.ts';
import { asAppError } from './failures.ts';
import type { Http } from './http.ts';
import { createPatientReading } from './patient-reading.ts';
import { renamed } from './room/people-events.ts';
import { createRecordStore, readOnly } from './store.ts';
import type { BlocksState, People } from './types/people.ts';
import type { Connection } from './types.ts';

/** Whom this person has blocked, for those who ask at each message or sound. */
export interface Blocked {
  has(userId: string): boolean;
  /** Called when it is another. @returns what ends that. */
  subscribe(listener: () => void): () => void;
}

export interface PeopleDeps {
  connection: Pick<Connection, 'onEvent' | 'state'>;
  http: Http;
  random: () => number;
}

export interface PeopleService extends People {
  readonly blocked: Blocked;
  /** Whom somebody has blocked is nobody else's business; null: nobody is signed in. */
  handleUser(userId: string | null): void;
  close(): void;
}

type BlockChange = EventPayload<'blocks.changed'>;

const noBlocks: BlocksState = { status: 'loading', people: [], error: null };

const toMember = ({ user_id, user_name }: { user_id: string; user_name: string }): Member => ({
  userId: user_id,
  userName: user_name,
});

/** The same list where nothing is another. */
const applyBlock = (people: readonly Member[], { userId, userName, isBlocked }: BlockChange) => {
  if (people.some((person) => person.userId === userId) === isBlocked) return people;
  return isBlocked ? [...people, { userId, userName }] : people.filter((person) => person.userId !== userId);
};

/** People of the server: found by name, and blocked. */
export const createPeople = (deps: PeopleDeps): PeopleService => new FollowedPeople(deps);

class FollowedPeople implements PeopleService {
  readonly #deps: PeopleDeps;
  readonly #blocks = createRecordStore(noBlocks);
  readonly #patience;
  readonly #askingAnew: AskingAnew;
  readonly #stopListening: (() => void)[];
  /** An answer counts unless somebody else signed in, or a later reading began. */
  #reading = 0;
  /** What came while an answer was on its way: it may be of before. */
  #since: BlockChange[] = [];
  #ids: ReadonlySet<string> = new Set();
  #ownerId: string | null = null;

  readonly blocks = readOnly(this.#blocks);
  readonly blocked: Blocked = {
    has: (userId) => this.#ids.has(userId),
    subscribe: (listener) => this.#blocks.subscribe(listener),
  };

  constructor(deps: PeopleDeps) {
    this.#deps = deps;
    this.#patience = createPatientReading({ attempt: () => this.#read(), random: deps.random });
    this.#askingAnew = createAskingAnew({
      connection: deps.connection,
      isSignedIn: () => this.#ownerId !== null,
      onOnline: () => void this.refreshBlocks(),
      onResync: this.#patience.soon,
    });
    this.#stopListening = [
      this.#blocks.subscribe(() => {
        this.#ids = new Set(this.#blocks.get().people.map(({ userId }) => userId));
      }),
      deps.connection.onEvent((event) => this.#handleEvent(event)),
      this.#askingAnew.stop,
    ];
  }

  async find({ query, roomSlug, limit }: Parameters<People['find']>[0]): Promise<Member[]> {
    const asked = { query, room_slug: roomSlug, limit };
    const { people } = await this.#deps.http.call('people.find', { query: asked });
    return people.map(toMember);
  }

  refreshBlocks(): Promise<void> {
    return this.#patience.read();
  }

  async block({ userId, userName }: Member): Promise<void> {
    await this.#deps.http.call('blocks.set', { params: { user_id: userId } });
    this.#apply({ userId, userName, isBlocked: true });
  }

  async unblock(userId: string): Promise<void> {
    await this.#deps.http.call('blocks.lift', { params: { user_id: userId } });
    this.#apply({ userId, userName: '', isBlocked: false });
  }

  handleUser(userId: string | null): void {
    if (userId === this.#ownerId) return;
    this.#ownerId = userId;
    this.#reading += 1;
    this.#since = [];
    this.#patience.stop();
    this.#blocks.set(noBlocks);
    this.#askingAnew.restart();
  }

  close(): void {
    this.#reading += 1;
    this.#patience.stop();
    for (const stop of this.#stopListening) stop();
  }

  async #read(): Promise<unknown> {
    this.#reading += 1;
    const reading = this.#reading;
    this.#since = [];
    try {
      const { people } = await this.#deps.http.call('blocks.list', {});
      if (reading !== this.#reading) return null;
      const read = this.#since.reduce(applyBlock, people.map(toMember) as readonly Member[]);
      this.#blocks.set({ status: 'ready', people: read, error: null });
      return null;
    } catch (error) {
      if (reading !== this.#reading) return null;
      this.#blocks.patch({ status: 'failed', error: asAppError(error, 'The list could not be loaded.') });
      return error;
    }
  }

  #apply(change: BlockChange): void {
    this.#since.push(change);
    this.#blocks.patch({ people: applyBlock(this.#blocks.get().people, change) });
  }

  #handleEvent(event: ServerEvent): void {
    if (this.#ownerId === null) return;
    if (event.type === 'blocks.changed') this.#apply(event.payload);
    else if (event.type === 'user.renamed')
      this.#blocks.patch({ people: renamed(this.#blocks.get().people, event.payload) });
  }
}
