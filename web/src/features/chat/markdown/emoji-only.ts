const maxEmoji = 6;
/** Longer than the longest six there are: families with skin tones joined together. */
const maxCodeUnits = 240;

const emoji =
  '(?:\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3|\\p{Extended_Pictographic}(?:\\uFE0F|\\p{Emoji_Modifier}|[\\u{E0020}-\\u{E007F}])*(?:\\u200D\\p{Extended_Pictographic}(?:\\uFE0F|\\p{Emoji_Modifier})*)*)';
const few = new RegExp(`^\\s*(?:${emoji}\\s*){1,${maxEmoji}}$`, 'u');

/** True for one emoji or a few with nothing beside them. */
export const isEmojiOnly = (text: string): boolean => text.length <= maxCodeUnits && few.test(text);
