import { describe, expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';
import type { StoredUser } from './repository.ts';
import { createPasswordProof } from './sign-in.ts';
import { createSignInGuard } from './sign-in-guard.ts';

const email = 'anna@example.org';
const password = 'the right password';
const home = '203.0.113.7';
const user = { id: '00000000-0000-4000-8000-000000000001', email, name: 'Anna', created_at: '' };

/** One account, signed in to at one address; strangers may guess once. Each comparison is noted: with its own hash, or a decoy. */
const open = async () => {
  const passwords = createPasswords();
  const passwordHash = await passwords.hash(password);
  const guard = createSignInGuard({ secret: 'a secret for tests alone', guessesPerHour: 1 });
  const compared: ('its own' | 'a decoy')[] = [];
  const prove = createPasswordProof({
    guard,
    repository: {
      findByEmail: async (asked, place): Promise<StoredUser | undefined> =>
        asked === email
          ? { user, passwordHash, ban: undefined, isKnownPlace: place.equals(guard.placeOf(email, home)) }
          : undefined,
    },
    passwords: {
      ...passwords,
      matches: (hash, given) => {
        compared.push(hash === undefined ? 'a decoy' : 'its own');
        return passwords.matches(hash, given);
      },
    },
  });
  const attempt = async (asked: string, given: string, address = '198.51.100.1'): Promise<string> => {
    const tried = prove({ email: asked, password: given, knownDevice: undefined, address });
    return tried.then(
      () => 'let in',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    );
  };
  return { attempt, compared };
};

describe('signing in', () => {
  it('compares a password once, whether there is an account, and whether strangers may still guess', async () => {
    const { attempt, compared } = await open();
    for (const asked of [email, 'nobody@example.org'])
      for (let n = 0; n < 2; n += 1) await attempt(asked, 'a wrong password');
    await attempt(email, 'a wrong password', home);
    expect(compared).toEqual(['its own', 'a decoy', 'a decoy', 'a decoy', 'its own']);
  });

  it('tells the same of an account, of none, and of a place of its owner’s, once strangers have guessed', async () => {
    const { attempt } = await open();
    for (const asked of [email, 'nobody@example.org'])
      expect(await attempt(asked, 'a wrong password')).toMatch(/^Unauthorized/);
    const told = [
      await attempt(email, 'a wrong password'),
      // Right, and from elsewhere: what was guessed right is not told either.
      await attempt(email, password),
      await attempt(email, 'a wrong password', home),
      await attempt('nobody@example.org', 'a wrong password'),
    ];
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toMatch(/^RateLimited: Too many wrong passwords/);
    expect(await attempt(email, password, home)).toBe('let in');
  });

  it('gives a place of its owner’s ten guesses of its own, and no more', async () => {
    const { attempt, compared } = await open();
    await attempt(email, 'a wrong password');
    compared.length = 0;
    for (let n = 0; n < 12; n += 1) await attempt(email, 'a wrong password', home);
    expect(compared).toEqual([...Array(10).fill('its own'), 'a decoy', 'a decoy']);
    expect(await attempt(email, password, home)).toMatch(/^RateLimited/);
  });
});
