import type { ChatMessage } from '@boltorezka/protocol';
import type { LogEvent } from '../src/timeline/log.ts';
import {
  applyNewerPage,
  applyNewestPage,
  applyOlderPage,
  applyPageAround,
  applyThreadPage,
  applyThreadRoot,
  beginPage,
  closeThread,
  endPage,
  openThread,
  returnToNewest,
} from '../src/timeline/pages.ts';
import { withinReach } from '../src/timeline/reach.ts';
import {
  applyAck,
  applyEvent,
  applySnapshot,
  createTimeline,
  type Timeline,
} from '../src/timeline/timeline.ts';
import type { Page } from '../src/timeline/window.ts';
import { epoch } from './fixtures.ts';
import { createLogModel, type Deed, type LogModel } from './log-model.ts';
import { user } from './scripted-server.ts';

/** More missed messages than this, and the server starts over. */
const maxReplayed = 6;
export const pageSize = 3;

/** What may happen on the way between a server and a client. */
export type Step =
  | { type: 'act'; deed: Deed; isAcked: boolean }
  | { type: 'deliver' | 'repeat' | 'lose' | 'ack'; at: number }
  | { type: 'rejoin' | 'landPage' | 'askOlder' | 'askNewer' | 'toNewest' }
  | { type: 'lookOn'; where: 'oldest' | 'newest' }
  | { type: 'jump' | 'jumpToPosition' | 'look' | 'openThread' | 'closeThread'; of: number };

type PageKind = 'newest' | 'older' | 'newer' | 'around' | 'thread';

interface PageOnItsWay {
  kind: PageKind;
  page: Page;
  rootId: string | null;
  root: ChatMessage | null;
  /** What was shown when it was asked for: a page that continues something else is thrown away. */
  generation: number;
}

/** A client, the wire to it, and the server. */
export class World {
  readonly server: LogModel = createLogModel();
  timeline: Timeline = createTimeline(user.id);
  #flying: LogEvent[] = [];
  #acks: ChatMessage[] = [];
  #pages: PageOnItsWay[] = [];
  #seen = 0;
  #generation = 0;
  #lookSeq: number | null = null;
  readonly #maxLoaded: number;

  /** @param maxLoaded how much of the room the client holds. */
  constructor(maxLoaded = Number.POSITIVE_INFINITY) {
    this.#maxLoaded = maxLoaded;
  }

  /** What was published since the last look is on its way. */
  #publish(): void {
    this.#flying.push(...this.server.events.slice(this.#seen));
    this.#seen = this.server.events.length;
  }

  act(deed: Deed, isAcked: boolean): void {
    const written = this.server.act(deed);
    if (written && isAcked && written.userId === user.id) this.#acks.push(written);
    this.#publish();
  }

  deliver(at: number, how: 'deliver' | 'repeat' | 'lose'): void {
    const index = at % Math.max(this.#flying.length, 1);
    const event = this.#flying[index];
    if (!event) return;
    if (how !== 'repeat') this.#flying.splice(index, 1);
    if (how !== 'lose') this.timeline = applyEvent(this.timeline, event).timeline;
  }

  ack(at: number): void {
    const index = at % Math.max(this.#acks.length, 1);
    const [message] = this.#acks.splice(index, 1);
    if (message) this.timeline = applyAck(this.timeline, message).timeline;
  }

  /** The socket is lost with all that was on its way, and the room joined anew. */
  rejoin(): void {
    this.#flying = [];
    this.#acks = [];
    const { position } = this.timeline.log;
    const seq = this.server.seq();
    const missed = position === null ? [] : this.server.missedAfter(position);
    const recovered = position !== null && missed.length <= maxReplayed;
    const snapshot = { epoch, seq, recovered, missed: recovered ? missed : [] };
    this.timeline = applySnapshot(this.timeline, snapshot).timeline;
    if (recovered) return;
    this.#generation += 1;
    this.#ask('newest', this.server.page(pageSize));
    for (const rootId of this.timeline.threads.keys()) this.#askThread(rootId);
  }

  #ask(kind: PageKind, page: Page, rootId: string | null = null): void {
    this.timeline = beginPage(this.timeline);
    const root = rootId === null ? null : (this.server.all().find(({ id }) => id === rootId) ?? null);
    this.#pages.push({ kind, page, rootId, root, generation: this.#generation });
  }

  #askThread(rootId: string): void {
    this.#ask('thread', this.server.page(pageSize, undefined, rootId), rootId);
  }

  #isAsked(kind: PageKind): boolean {
    return this.#pages.some((page) => page.kind === kind && page.generation === this.#generation);
  }

  askOlder(): void {
    const { past, live, isNewestMissing } = this.timeline;
    const { olderCursor } = past ?? live;
    if (olderCursor === null || (!past && isNewestMissing) || this.#isAsked('older')) return;
    this.#ask('older', this.server.page(pageSize, Number(olderCursor.split('.')[1])));
  }

  askNewer(): void {
    const cursor = this.timeline.past?.newerCursor;
    if (!cursor || this.#isAsked('newer')) return;
    this.#ask('newer', this.server.pageAfter(pageSize, Number(cursor.split('.')[1])));
  }

  jump(of: number): void {
    const target = this.server.messageAt(of);
    if (!target || target.threadRootId !== undefined || this.timeline.isNewestMissing) return;
    this.#ask('around', this.server.pageAround(2, target.seq));
    this.#lookSeq = target.seq;
  }

  jumpToPosition(of: number): void {
    const seq = of % (this.server.seq() + 1);
    if (this.timeline.isNewestMissing) return;
    this.#ask('around', this.server.pageAround(2, seq));
    this.#lookSeq = seq;
  }

  /** The reader scrolls. */
  look(of: number): void {
    const { messages } = this.timeline.past ?? this.timeline.live;
    this.#lookSeq = messages[of % (messages.length + 1)]?.seq ?? null;
  }

  lookOn(where: 'oldest' | 'newest'): void {
    const { messages } = this.timeline.past ?? this.timeline.live;
    this.#lookSeq = messages.at(where === 'oldest' ? 0 : -1)?.seq ?? null;
  }

  toNewest(): void {
    this.#lookElsewhere();
    this.#lookSeq = null;
    this.timeline = returnToNewest(this.timeline);
  }

  /** Pages that continue another view are thrown away; the newest page, and those of threads, do not. */
  #lookElsewhere(): void {
    const former = this.#generation;
    this.#generation += 1;
    for (const page of this.#pages) {
      const isKept = page.kind === 'newest' || page.kind === 'thread';
      if (isKept && page.generation === former) page.generation = this.#generation;
    }
  }

  openThread(of: number): void {
    const root = this.server.messageAt(of);
    if (!root || root.threadRootId !== undefined || this.timeline.threads.has(root.id)) return;
    this.timeline = openThread(this.timeline, root.id);
    this.#askThread(root.id);
  }

  closeThread(of: number): void {
    const root = this.server.messageAt(of);
    if (!root) return;
    this.timeline = closeThread(this.timeline, root.id);
    this.#pages = this.#pages.filter(({ rootId }) => {
      if (rootId !== root.id) return true;
      this.timeline = endPage(this.timeline);
      return false;
    });
  }

  landPage(): void {
    const landing = this.#pages.shift();
    if (!landing) return;
    if (landing.generation === this.#generation) this.#take(landing);
    this.timeline = endPage(this.timeline);
  }

  #take({ kind, page, rootId, root }: PageOnItsWay): void {
    const { timeline } = this;
    if (kind === 'newest') this.timeline = applyNewestPage(timeline, page);
    else if (kind === 'older') this.timeline = applyOlderPage(timeline, page);
    else if (kind === 'newer') this.timeline = applyNewerPage(timeline, page);
    else if (kind === 'around') {
      this.#lookElsewhere();
      this.timeline = applyPageAround(timeline, page);
    } else if (rootId !== null) {
      if (root) this.timeline = applyThreadRoot(this.timeline, root);
      this.timeline = applyThreadPage(this.timeline, rootId, page);
    }
  }

  /** All that is on its way arrives, and what was lost is asked for. */
  settle(): void {
    this.rejoin();
    while (this.#pages.length > 0) this.landPage();
    this.reach();
  }

  /** One step, after which what is far from the reader is let go of, as it is after each thing that comes. */
  run(step: Step): void {
    this.#run(step);
    this.reach();
  }

  reach(): void {
    this.timeline = withinReach(this.timeline, { maxLoaded: this.#maxLoaded, lookSeq: this.#lookSeq });
  }

  #run(step: Step): void {
    switch (step.type) {
      case 'act':
        return this.act(step.deed, step.isAcked);
      case 'ack':
        return this.ack(step.at);
      case 'rejoin':
        return this.rejoin();
      case 'landPage':
        return this.landPage();
      case 'askOlder':
        return this.askOlder();
      case 'askNewer':
        return this.askNewer();
      case 'toNewest':
        return this.toNewest();
      case 'jump':
        return this.jump(step.of);
      case 'jumpToPosition':
        return this.jumpToPosition(step.of);
      case 'look':
        return this.look(step.of);
      case 'lookOn':
        return this.lookOn(step.where);
      case 'openThread':
        return this.openThread(step.of);
      case 'closeThread':
        return this.closeThread(step.of);
      default:
        return this.deliver(step.at, step.type);
    }
  }
}
