import { randomUUID } from 'node:crypto';
import type { AuthResult } from '@boltorezka/protocol';

/** Hashing a password takes a core: more at once would only wait. */
const AT_ONCE = 4;

const register = async (url: string, signal: AbortSignal): Promise<AuthResult> => {
  const response = await fetch(`${url}/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${randomUUID()}@bench.local`, password: 'password123', name: 'Somebody' }),
    signal,
  });
  if (!response.ok) throw new Error(`register: ${response.status} ${await response.text()}`);
  return (await response.json()) as AuthResult;
};

/** Signs people up, and gives their tokens. */
export const registerPeople = async (url: string, count: number, signal: AbortSignal): Promise<string[]> => {
  const tokens: string[] = [];
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      tokens.push((await register(url, signal)).token);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return tokens;
};
