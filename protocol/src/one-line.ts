import { humanText } from './ids.ts';

/** What has no look of its own, or turns the direction of writing: with it one name is drawn as another, or as none. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Where some of that is seen after all: it joins emoji, or tells a letter its form. U+200C parts Arabic letters that would join,
 * and both U+200C and U+200D follow an Indic virama (as in RFC 5892, A.1 and A.2).
 */
const seen = [
  // A family, a profession, a flag of several parts; a picture that is otherwise a letter; a keycap; flags of nations of Britain.
  String.raw`(?<=\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)\u200D(?=\p{Extended_Pictographic})`,
  String.raw`(?<=(?!\p{Emoji_Presentation})\p{Extended_Pictographic})\uFE0F`,
  String.raw`(?<=\p{Extended_Pictographic})\uFE0E`,
  String.raw`(?<=[0-9#*])\uFE0F(?=\u20E3)`,
  String.raw`(?<=\u{1F3F4})\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}`,
  String.raw`(?<=\u{1F3F4})\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}`,
  String.raw`(?<=\u{1F3F4})\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}`,
  // After a letter that joins to the right alone, nothing is parted.
  String.raw`(?<=(?![\u0621-\u0625\u0627\u0629\u062F-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06C0\u06C3-\u06CB\u06CD\u06CF\u06D2-\u06D5])(?=\p{L})\p{Script=Arabic}\p{M}*)\u200C(?=\u200C*\p{Script=Arabic})`,
  String.raw`(?<=[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA])[\u200C\u200D]`,
  // Forms of Han and Mongolian letters, which names of people are written with.
  String.raw`(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
  String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]`,
];

const unseenOrSeen = new RegExp(`(${seen.join('|')})|${invisible.source}`, 'gu');

/** Blanks of every kind, lines' ends among them; U+FEFF, which is one to regular expressions, is not seen. */
const blanks = /[^\S\uFEFF]+/gu;

/** Something that is not a mark on the letter before. */
const standsAlone = /[^\p{M}\s]/u;

/**
 * A name as it is shown: in one line, one space for every run of blanks, and nothing in it that is not seen, so that two that
 * look alike are alike.
 */
export const toOneLine = (text: string): string =>
  text
    .replace(blanks, ' ')
    .replace(unseenOrSeen, (_all, kept: string | undefined) => kept ?? '')
    .replace(/ +/g, ' ')
    .trim()
    .normalize('NFC');

/** What people call something: themselves, a room, a group of rooms. Its length is asked for where everything in it is seen. */
export const oneLineText = (min: number, max: number) =>
  humanText(min, max)
    .transform(toOneLine)
    .refine(
      (text) => [...text].length >= min && (min === 0 || standsAlone.test(text)),
      `At least ${min} visible character${min === 1 ? '' : 's'}`,
    )
    // Some letters are written with more code points in their normal form.
    .refine((text) => text.length <= max, `At most ${max} characters`);
