import { createStore, type Store } from '@boltorezka/sdk';
import type { Memory } from '../../lib/storage.ts';
import { parseSkinTone, type SkinTone } from './skin-tone.ts';

const recentKey = 'boltorezka.emoji.recent';
const toneKey = 'boltorezka.emoji.tone';

/** Two rows of the picker. */
const maxRecent = 18;

/** For whoever has used none yet. */
const common = ['👍', '❤️', '😂', '🎉', '👀', '🙏'] as const;

const parseRecent = (text: string | null): string[] => {
  const kept = (text ?? '').split(' ').filter((emoji) => /^\p{RGI_Emoji}$/v.test(emoji));
  return [...new Set([...kept, ...common])].slice(0, maxRecent);
};

/** Which emoji somebody likes, remembered on this device. */
export interface EmojiChoice {
  /** The one used last first. */
  recent: Store<readonly string[]>;
  tone: Store<SkinTone>;
  noteUse(emoji: string): void;
  chooseTone(tone: SkinTone): void;
}

export const createEmojiChoice = (memory: Memory): EmojiChoice => {
  const recent = createStore<readonly string[]>(parseRecent(memory.load(recentKey)));
  const tone = createStore<SkinTone>(parseSkinTone(memory.load(toneKey)));
  return {
    recent,
    tone,
    noteUse(emoji) {
      const next = [emoji, ...recent.get().filter((other) => other !== emoji)].slice(0, maxRecent);
      recent.set(next);
      memory.save(recentKey, next.join(' '));
    },
    chooseTone(next) {
      tone.set(next);
      memory.save(toneKey, String(next));
    },
  };
};
