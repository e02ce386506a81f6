import { notifyAccessChange } from '../access/index.ts';
import type { Waiting } from '../moderation/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import type { Logger } from '../platform/log.ts';
import { findRoom, lockRoom, type RoomNews } from '../rooms/index.ts';
import { deleteEnded, type EndedSentence, endServerBans, selectEnded } from './ended-repository.ts';
import { type MemberNews, readmit } from './news.ts';
import { takeMemberPosition } from './repository.ts';
import { selectAskedRoomIds } from './request-repository.ts';

export interface SentenceEndingsDeps {
  db: Database;
  news: Pick<RoomNews, 'gained' | 'memberChanged'>;
  waiting: Pick<Waiting, 'tellRoom' | 'tellServer'>;
  log: Logger;
  intervalMs?: number;
}

const endMute = async (tx: Queryable, { roomId, userId }: EndedSentence, hadVoice: boolean) => {
  if (hadVoice) await notifyAccessChange(tx, { kind: 'voiceMuted', roomId, userId, isMuted: false });
  return { changed: await takeMemberPosition(tx, { roomId, userId, change: 'unmuted' }) };
};

const endOne = async (tx: Queryable, ended: EndedSentence): Promise<MemberNews> => {
  if (!(await lockRoom(tx, ended))) return {};
  const deleted = await deleteEnded(tx, ended);
  if (!deleted) return {};
  if (ended.kind === 'mute') return endMute(tx, ended, deleted.hadVoice);
  const found = await findRoom(tx, ended);
  return found ? readmit(tx, { room: found.details, userId: ended.userId, lastingRole: found.role }) : {};
};

/**
 * Ends bans and mutes whose time is over as a moderator ends one: under the room's lock, with a position of its log. Every
 * process looks for them; whichever deletes one tells of it, and so it is told once. The server's own bans end beside them.
 */
export class SentenceEndings {
  readonly #deps: SentenceEndingsDeps;
  #turn: Promise<void> = Promise.resolve();
  #isBusy = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: SentenceEndingsDeps) {
    this.#deps = deps;
  }

  open(): void {
    const { intervalMs = 1_000 } = this.#deps;
    this.#timer = setInterval(() => {
      if (!this.#isBusy) this.#turn = this.#end();
    }, intervalMs).unref();
  }

  /** Resolves when the transaction that is under way has ended; what is left, another process ends, or the next start. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#isClosed = true;
    await this.#turn;
  }

  async #end(): Promise<void> {
    const { db, log } = this.#deps;
    this.#isBusy = true;
    try {
      for (const ended of await selectEnded(db)) {
        if (this.#isClosed) return;
        this.#tell(await db.transaction((tx) => endOne(tx, ended)));
      }
      await this.#endServerBans();
    } catch (error) {
      log.warn({ err: error }, 'bans and mutes that are over are not ended yet; they are tried again');
    } finally {
      this.#isBusy = false;
    }
  }

  /** Who may use the server again may ask, and look after something, again. */
  async #endServerBans(): Promise<void> {
    const { db, waiting } = this.#deps;
    const userIds = await endServerBans(db);
    if (userIds.length === 0) return;
    waiting.tellServer();
    for (const roomId of await selectAskedRoomIds(db, userIds)) waiting.tellRoom(roomId);
  }

  #tell({ gained, changed }: MemberNews): void {
    if (gained) this.#deps.news.gained(gained.userId, gained.room);
    if (changed) this.#deps.news.memberChanged(changed);
  }
}
