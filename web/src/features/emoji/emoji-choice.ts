import { createStore, type Store } from '@boltorezka/sdk';
import type { Memory } from '../../lib/storage.ts';
import { parseSkinTone, type SkinTone } from './skin-tone.ts';

const recentKey = 'boltorezka.emoji.recent';
const toneKey = 'boltorezka.emoji.tone';

/** Two rows of the picker. */
const maxRecent = 18;

/** For whoever has used none yet. */
const common = ['👍', '❤️', '😂', '🎉', '👀', '🙏'] as const;

/**
 * Anything that is drawn as an emoji, if not always as one. `\p{RGI_Emoji}`, which names each sequence, takes 40 ms to
 * prepare, and this runs while the page starts.
 */
const emojiLike =
  /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|[#*0-9](?=\uFE0F?\u20E3))[\p{Extended_Pictographic}\p{Emoji_Component}]*$/u;

const parseRecent = (text: string | null): string[] => {
  const kept = (text ?? '').split(' ').filter((emoji) => emojiLike.test(emoji));
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
