import type { User } from '@boltorezka/protocol';
import { createUuid } from '../ids.ts';
import { createStore, readOnly } from '../store.ts';
import type { OutboxEntry, OutboxStorage, OutboxTurn } from '../types/outbox.ts';
import type { Store } from '../types/store.ts';
import type { Connection, Log } from '../types.ts';
import { aged, keptForMs } from './age.ts';
import { byOrder, isChange, sameOr } from './entries.ts';
import { createKeeping, type Keeping } from './keeping.ts';
import { createRoomOutbox, type RoomListener, type RoomOutbox } from './room-outbox.ts';
import { createRoomPost, type RoomPost, type Written } from './room-post.ts';

export interface OutboxDeps {
  storage: OutboxStorage;
  request: Connection['request'];
  random: () => number;
  getSelf: () => User | null;
  /** Enters a room for as long as something waits for it. */
  openRoom: (slug: string) => { close(): void };
  /** What was uploaded for a message that is not to be sent any more. Never rejects, and need not succeed. */
  discardFile: (attachmentId: string) => void;
  log: Log;
}

/**
 * What was written and the server does not have yet, of whoever is signed in. It is kept while it is on its way, and until
 * the server has it; the server, knowing `clientMessageId`, takes each once.
 */
export interface Outbox {
  attach(slug: string, listener: RoomListener): RoomPost;
  /** In all rooms, in the order it was written. */
  entries: Store<readonly OutboxEntry[]>;
  /** It is known whose session this is, though the server has not confirmed it: what waits is shown, and waits. */
  handleKnown(userId: string): void;
  handleSignedIn(userId: string): void;
  /**
   * Nothing stays, in the browser or here, of what this person has written and not sent. Ends once the browser has erased it,
   * or does not answer, and other pages were told: one that gets its turn before that would send it. Never rejects.
   */
  erase(): Promise<void>;
  /** What waits is kept for its writer, and shown to nobody else. */
  handleSignedOut(): void;
}

interface Lodger {
  outbox: RoomOutbox;
  isJoined: boolean;
  hold: { close(): void } | null;
}

export const createOutbox = (deps: OutboxDeps): Outbox => new KeptOutbox(deps);

class KeptOutbox implements Outbox {
  readonly #deps: OutboxDeps;
  readonly #rooms = new Map<string, Lodger>();
  readonly #entries = createStore<readonly OutboxEntry[]>([]);
  #userId: string | null = null;
  #isSignedIn = false;
  #turn: OutboxTurn | null = null;
  /** This page may send, */
  #isGranted = false;
  /** and does: it knows of all that waits. */
  #isTurn = false;
  #lastOrder = 0;
  readonly #keeping: Keeping;
  /** By key, whom to tell when what was written is lost no more; also after its writer has signed out. */
  readonly #unsafe = new Map<string, () => void>();

  readonly entries = readOnly(this.#entries);

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#keeping = createKeeping({
      log: deps.log,
      onBack: () => this.#userId !== null && this.#reload(this.#userId),
    });
  }

  attach(slug: string, listener: RoomListener): RoomPost {
    const lodger = this.#lodgerOf(slug);
    lodger.outbox.setListener(listener);
    return createRoomPost(lodger.outbox, {
      put: (what, onKept) => this.#put(slug, what, onKept),
      takeTurn: () => this.#takeTurn(),
      isTurn: () => this.#isTurn,
      setJoined: (isJoined) => {
        lodger.isJoined = isJoined;
        this.#move(lodger);
      },
    });
  }

  handleKnown(userId: string): void {
    if (this.#userId === userId) return;
    this.handleSignedOut();
    this.#userId = userId;
    this.#reload(userId);
  }

  handleSignedIn(userId: string): void {
    this.handleKnown(userId);
    if (this.#isSignedIn) return;
    this.#isSignedIn = true;
    const { storage } = this.#deps;
    this.#keeping.read(
      () => storage.dropBefore(Date.now() - keptForMs, userId),
      () => undefined,
    );
    if (!storage.enterTurn) {
      this.#beginTurn(userId);
      return;
    }
    this.#turn = storage.enterTurn(userId, {
      onTurn: () => this.#beginTurn(userId),
      onTurnLost: () => {
        this.#isGranted = false;
        this.#setTurn(false);
      },
      onChanged: () => this.#reload(userId),
    });
  }

  async erase(): Promise<void> {
    const userId = this.#userId;
    if (userId === null) return;
    this.#unsafe.clear();
    for (const { outbox } of this.#rooms.values()) outbox.clear();
    await new Promise<void>((resolve) => {
      this.#keeping.read(
        () => this.#deps.storage.erase(userId),
        () => {
          this.#turn?.announce();
          resolve();
        },
      );
    });
  }

  handleSignedOut(): void {
    this.#userId = null;
    this.#isSignedIn = false;
    this.#turn?.leave();
    this.#turn = null;
    this.#isGranted = false;
    this.#isTurn = false;
    for (const lodger of this.#rooms.values()) {
      lodger.outbox.clear();
      this.#move(lodger);
    }
  }

  #lodgerOf(slug: string): Lodger {
    const known = this.#rooms.get(slug);
    if (known) return known;
    const { request, random, getSelf, storage } = this.#deps;
    const outbox = createRoomOutbox({
      slug,
      request,
      random,
      userName: () => getSelf()?.name ?? '',
      onGone: (key) => {
        this.#handleSafe(key);
        this.#change(key, () => storage.remove(key));
      },
      onDiscarded: (entry) => {
        if (isChange(entry)) return;
        for (const { id } of entry.attachments ?? []) this.#deps.discardFile(id);
      },
      onSave: (entry) => this.#change(entry.key, () => storage.save(entry)),
      isAhead: (key) => this.#keeping.isAhead(key),
      onChange: () => {
        this.#hold(slug, lodger);
        this.#tellEntries();
      },
    });
    const lodger: Lodger = { outbox, isJoined: false, hold: null };
    this.#rooms.set(slug, lodger);
    return lodger;
  }

  /** What is written is on its way at once, beside being kept: the server takes it once, whichever comes first. */
  #put(roomSlug: string, what: Written, onKept?: () => void): void {
    const userId = this.#userId;
    if (userId === null) return;
    this.#takeTurn();
    this.#lastOrder = Math.max(this.#lastOrder + 1, Date.now());
    const createdAt = new Date().toISOString();
    const own = { key: createUuid(), userId, roomSlug, order: this.#lastOrder, createdAt };
    const entry: OutboxEntry = { ...what, ...own, refusal: null };
    if (onKept) this.#unsafe.set(entry.key, onKept);
    this.#change(entry.key, () => this.#deps.storage.save(entry));
    this.#lodgerOf(roomSlug).outbox.add(entry);
  }

  #change(key: string, ask: () => void | Promise<void>): void {
    this.#keeping.change(key, ask, (isDone) => {
      this.#turn?.announce();
      if (isDone) this.#handleSafe(key);
    });
  }

  /** It is kept, or the server has it, or nobody wants it any more. */
  #handleSafe(key: string): void {
    const onKept = this.#unsafe.get(key);
    this.#unsafe.delete(key);
    onKept?.();
  }

  /** Somebody writes here: this page sends from now on. */
  #takeTurn(): void {
    if (!this.#isTurn) this.#turn?.take();
  }

  /** What others have left comes first: nothing is sent before it is known. */
  #beginTurn(userId: string): void {
    if (this.#userId !== userId) return;
    this.#isGranted = true;
    this.#reload(userId, () => {
      if (this.#userId === userId && this.#isGranted) this.#setTurn(true);
    });
  }

  #setTurn(isTurn: boolean): void {
    this.#isTurn = isTurn;
    for (const [slug, lodger] of this.#rooms) {
      this.#move(lodger);
      this.#hold(slug, lodger);
    }
  }

  #move({ outbox, isJoined }: Lodger): void {
    if (isJoined && this.#isTurn) outbox.open();
    else outbox.pause();
  }

  #tellEntries(): void {
    const all = [...this.#rooms.values()].flatMap(({ outbox }) => [...outbox.entries()]);
    this.#entries.set(sameOr(this.#entries.get(), all.sort(byOrder)));
  }

  /** The room is entered for as long as something is to be sent there, whoever looks at it. */
  #hold(slug: string, lodger: Lodger): void {
    const isNeeded = this.#isTurn && this.#userId !== null && lodger.outbox.hasUnsent();
    if (isNeeded && !lodger.hold) {
      // A handle that is not there yet must not be asked for twice.
      lodger.hold = { close: () => undefined };
      lodger.hold = this.#deps.openRoom(slug);
    } else if (!isNeeded && lodger.hold) {
      const { hold } = lodger;
      lodger.hold = null;
      hold.close();
    }
  }

  #reload(userId: string, then?: () => void): void {
    this.#keeping.read(
      () => this.#deps.storage.load(userId),
      (entries) => {
        if (this.#userId === userId && entries) this.#show(entries);
        then?.();
      },
    );
  }

  #show(entries: readonly OutboxEntry[]): void {
    const nowMs = Date.now();
    const bySlug = Map.groupBy(
      entries.map((entry) => aged(entry, nowMs)),
      ({ roomSlug }) => roomSlug,
    );
    for (const { order, key } of entries) {
      this.#lastOrder = Math.max(this.#lastOrder, order);
      // It was kept after its time, and taken for not kept.
      this.#handleSafe(key);
    }
    for (const slug of new Set([...bySlug.keys(), ...this.#rooms.keys()])) {
      this.#lodgerOf(slug).outbox.reload(bySlug.get(slug) ?? []);
    }
  }
}
