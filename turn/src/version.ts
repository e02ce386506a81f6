/** The version of coturn as numbers; what it prints may have more around it. */
export type CoturnVersion = readonly [major: number, minor: number, patch: number];

/** @throws Error where the text has no version in it. */
export const parseCoturnVersion = (text: string): CoturnVersion => {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!match) throw new Error(`"${text.trim()}" is no version of coturn`);
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
};

export const isAtLeast = (version: CoturnVersion, [major, minor]: [number, number]): boolean =>
  version[0] > major || (version[0] === major && version[1] >= minor);
