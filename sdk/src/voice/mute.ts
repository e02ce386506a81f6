import { createSerialQueue } from '../serial-queue.ts';
import type { Log } from '../types.ts';

/** What the user wants of their own sound and hearing. */
export interface Silence {
  muted: boolean;
  deafened: boolean;
  /** What undeafening goes back to. */
  mutedBefore: boolean;
}

export const nothingSilenced: Silence = { muted: false, deafened: false, mutedBefore: false };

/** Who unmutes wants to talk, and so to hear; who mutes while deafened wants to stay muted afterwards. */
export const withMuted = (silence: Silence, muted: boolean): Silence =>
  muted ? { ...silence, muted, mutedBefore: true } : nothingSilenced;

/** Deafening mutes as well; undeafening restores what was before. */
export const withDeafened = (silence: Silence, deafened: boolean): Silence => {
  if (silence.deafened === deafened) return silence;
  return deafened
    ? { muted: true, deafened, mutedBefore: silence.muted }
    : { muted: silence.mutedBefore, deafened, mutedBefore: silence.mutedBefore };
};

type Told = Pick<Silence, 'muted' | 'deafened'>;

export interface MuteDeps {
  /**
   * Waits until a little silence has gone out. The server stops forwarding at once, and a listener's decoder that has
   * heard no silence stretches the last sound: 400 ms of fading where 150 ms of silence would do.
   */
  letSilenceOut: () => Promise<unknown>;
  setMuted: (muted: boolean) => Promise<unknown>;
  setDeafened: (deafened: boolean) => Promise<unknown>;
  /** False where the server will be told by the next `voice.join` anyway. */
  isConnected: () => boolean;
  /** Takes effect here at once, before the server knows. */
  onChange: (silence: Silence) => void;
  log: Log;
}

export interface MuteControl {
  readonly wanted: Silence;
  change(next: Silence): Promise<void>;
  /** `voice.join` has told the server this; whatever changed since follows. */
  handleTold(told: Told): Promise<void>;
}

/** Carries the user's wish to the server, changes in their order, and takes back what the server would not have. */
export const createMuteControl = (deps: MuteDeps): MuteControl => {
  let wanted = nothingSilenced;
  let told: Told = nothingSilenced;
  const enqueue = createSerialQueue();
  const apply = (next: Silence) => {
    wanted = next;
    deps.onChange(next);
  };
  const tell = async () => {
    if (wanted.muted && !told.muted && deps.isConnected()) await deps.letSilenceOut();
    const { muted, deafened } = wanted;
    if (!deps.isConnected()) return;
    try {
      if (muted !== told.muted) await deps.setMuted(muted);
      told = { ...told, muted };
      if (deafened !== told.deafened) await deps.setDeafened(deafened);
      told = { ...told, deafened };
    } catch {
      if (!deps.isConnected()) return;
      deps.log({ level: 'warn', message: 'The server did not take the change of muting' });
      // A microphone that its owner has silenced stays silent, whatever the server thinks: only the rest goes back.
      const isMuted = wanted.muted || told.muted;
      apply({ muted: isMuted, deafened: told.deafened, mutedBefore: isMuted });
    }
  };
  return {
    get wanted() {
      return wanted;
    },
    change: (next) => {
      apply(next);
      return enqueue(tell);
    },
    handleTold: (next) => {
      told = next;
      return enqueue(tell);
    },
  };
};
