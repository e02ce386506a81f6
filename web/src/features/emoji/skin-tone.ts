/** From light to dark; 0 leaves the colour that is nobody's. */
export const skinTones = [0, 1, 2, 3, 4, 5] as const;
export type SkinTone = (typeof skinTones)[number];

const firstModifier = 0x1f3fb;
const base = /\p{Emoji_Modifier_Base}\uFE0F?/gu;

/** The emoji with all its people in one tone of skin, where it has people. */
export const withSkinTone = (emoji: string, tone: SkinTone): string =>
  tone === 0
    ? emoji
    : emoji.replace(
        base,
        (part) => part.replace('\uFE0F', '') + String.fromCodePoint(firstModifier + tone - 1),
      );

export const parseSkinTone = (text: string | null): SkinTone =>
  skinTones.find((tone) => String(tone) === text) ?? 0;
