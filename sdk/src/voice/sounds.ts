import type { VoiceConsumer } from '@boltorezka/protocol';
import type { Consumer, ConsumerOptions, Transport } from 'mediasoup-client/types';
import type { Blocked } from '../people.ts';
import type { Log } from '../types.ts';
import type { RemoteSound } from './outputs.ts';

export interface SoundsDeps {
  /** Null where nothing can be received any more. */
  getTransport: () => Transport | null;
  deafened: boolean;
  /** What they send is not received, or is put on hold where it was. */
  blocked: Blocked;
  /** Who is heard has changed. */
  onChanged: () => void;
  /** Nothing at all can be received. */
  onFailed: () => void;
  log: Log;
}

/** What is heard in a session, person by person. */
export interface Sounds {
  list(): RemoteSound[];
  setUserName(person: { userId: string; userName: string }): void;
  setDeafened(deafened: boolean): void;
  /** Never rejects: one sound that cannot be received must not cost the others. */
  receive(sound: VoiceConsumer): Promise<void>;
  end(consumerId: string): void;
  /** The server's list is the truth: what it lacks has ended, what only it has began while nobody told us. */
  reconcile(sounds: VoiceConsumer[]): void;
  close(): void;
}

export const createSounds = (deps: SoundsDeps): Sounds => new ReceivedSounds(deps);

class ReceivedSounds implements Sounds {
  readonly #deps: SoundsDeps;
  readonly #consumers = new Map<string, { consumer: Consumer; userId: string }>();
  /** Those whose end was told before they could be received. */
  readonly #endedIds = new Set<string>();
  readonly #receiving = new Set<string>();
  readonly #userNames = new Map<string, string>();
  /** What people who are blocked send, to be received when they are no more. */
  readonly #withheld = new Map<string, VoiceConsumer>();
  readonly #stopFollowing: () => void;
  #deafened: boolean;
  #closed = false;

  constructor(deps: SoundsDeps) {
    this.#deps = deps;
    this.#deafened = deps.deafened;
    this.#stopFollowing = deps.blocked.subscribe(() => this.#handleBlocks());
  }

  list(): RemoteSound[] {
    const heard = [...this.#consumers.values()].filter(({ userId }) => !this.#deps.blocked.has(userId));
    return heard.map(({ consumer, userId }) => ({
      userId,
      userName: this.#userNames.get(userId) ?? '',
      track: consumer.track,
    }));
  }

  setUserName({ userId, userName }: { userId: string; userName: string }): void {
    if (this.#userNames.get(userId) === userName) return;
    this.#userNames.set(userId, userName);
    this.#deps.onChanged();
  }

  setDeafened(deafened: boolean): void {
    this.#deafened = deafened;
    for (const { consumer } of this.#consumers.values())
      consumer.track.enabled = !deafened && !consumer.paused;
  }

  async receive(sound: VoiceConsumer): Promise<void> {
    const { blocked, log, onFailed } = this.#deps;
    // Told twice: by an answer, and by what happened beside it.
    if (this.#isKnown(sound.id)) return;
    if (blocked.has(sound.userId)) {
      // Its end may have been told before it.
      if (!this.#endedIds.delete(sound.id)) this.#withheld.set(sound.id, sound);
      return;
    }
    this.#receiving.add(sound.id);
    try {
      await this.#consume(sound);
    } catch (error) {
      if (this.#closed || this.#endedIds.delete(sound.id)) return;
      const fields = { name: error instanceof Error ? error.name : 'unknown' };
      log({ level: 'warn', message: 'A sound could not be received', fields });
      // Where it has cost all of them, it was not the sound.
      if (this.#receiving.size === 1 && this.#consumers.size === 0) onFailed();
    } finally {
      this.#receiving.delete(sound.id);
    }
  }

  end(consumerId: string): void {
    if (this.#withheld.delete(consumerId)) return;
    const known = this.#consumers.get(consumerId);
    if (!known) {
      this.#endedIds.add(consumerId);
      return;
    }
    this.#consumers.delete(consumerId);
    known.consumer.close();
    this.#deps.onChanged();
  }

  reconcile(sounds: VoiceConsumer[]): void {
    const wanted = new Set(sounds.map(({ id }) => id));
    for (const id of [...this.#consumers.keys(), ...this.#withheld.keys()]) if (!wanted.has(id)) this.end(id);
    for (const sound of sounds) void this.receive(sound);
  }

  close(): void {
    this.#closed = true;
    this.#stopFollowing();
    this.#consumers.clear();
    this.#withheld.clear();
  }

  /** Somebody is heard no more, or again: what was received before is kept on hold, as its place cannot be taken twice. */
  #handleBlocks(): void {
    const { blocked, onChanged } = this.#deps;
    for (const known of this.#consumers.values()) this.#hold(known);
    const sounds = [...this.#withheld.values()].filter(({ userId }) => !blocked.has(userId));
    for (const sound of sounds) {
      this.#withheld.delete(sound.id);
      void this.receive(sound);
    }
    onChanged();
  }

  #hold({ consumer, userId }: { consumer: Consumer; userId: string }): void {
    const isBlocked = this.#deps.blocked.has(userId);
    if (isBlocked !== consumer.paused) {
      if (isBlocked) consumer.pause();
      else consumer.resume();
    }
    consumer.track.enabled = !isBlocked && !this.#deafened;
  }

  #isKnown(consumerId: string): boolean {
    return this.#consumers.has(consumerId) || this.#receiving.has(consumerId);
  }

  async #consume({ id, producerId, userId, kind, rtpParameters }: VoiceConsumer): Promise<void> {
    // Each person is a stream of their own: the browser must not hold one back to fit another.
    const options = { id, producerId, kind, rtpParameters, streamId: userId } as ConsumerOptions;
    const consumer = await this.#deps.getTransport()?.consume(options);
    if (!consumer) return;
    if (this.#closed || this.#endedIds.delete(id)) {
      consumer.close();
      return;
    }
    const known = { consumer, userId };
    this.#hold(known);
    this.#consumers.set(id, known);
    this.#deps.onChanged();
  }
}
