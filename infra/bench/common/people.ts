import { register } from '../../../signaling/test/rest.ts';

/** Hashing a password takes a core: more at once would only wait. */
const AT_ONCE = 4;

/** Signs people up, and gives their tokens. */
export const registerPeople = async (url: string, count: number, signal: AbortSignal): Promise<string[]> => {
  const tokens: string[] = [];
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      tokens.push((await register(url, { signal })).token);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return tokens;
};
