/**
 * What a browser may show in its place, by the type that the content itself shows. No document that could hold a script is
 * among them: HTML, SVG, XML and PDF are saved, not shown.
 */
const inlineTypes: ReadonlySet<string> = new Set([
  'image/png',
  'image/apng',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'audio/mpeg',
  'audio/mp4',
  'audio/x-m4a',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'audio/flac',
  'audio/aac',
]);

export const mayBeInline = (mediaType: string): boolean => inlineTypes.has(mediaType);

/** Pictures that are looked into: measured, made small, and freed of what tells where they were taken. */
export const isPicture = (mediaType: string): boolean =>
  mediaType.startsWith('image/') && mayBeInline(mediaType);

/** Bytes of which nothing is known: saved, never shown. */
export const unknownType = 'application/octet-stream';

/** May this person have the file? Its uploader, as long as it is there; and, where it is sent, whoever reads the room. */
export const mayRead = (
  attachment: { userId: string; messageId: string | null },
  asker: { userId: string; readsRoom: boolean },
): boolean => attachment.userId === asker.userId || (attachment.messageId !== null && asker.readsRoom);
