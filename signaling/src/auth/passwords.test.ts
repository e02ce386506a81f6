import { describe, expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

describe('a password', () => {
  it('is hashed with argon2id as OWASP asks: 19 MiB, two passes', async () => {
    expect(await createPasswords().hash('the right password')).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
    );
  });

  it('is compared by what its own hash took, whatever new ones take', async () => {
    const kept = await createPasswords({ memoryKib: 8, passes: 1 }).hash('the right password');
    expect(kept).toMatch(/\$m=8,t=1,p=1\$/);
    const passwords = createPasswords();
    expect(await passwords.matches(kept, 'the right password')).toBe(true);
    expect(await passwords.matches(kept, 'another password')).toBe(false);
    expect(await passwords.matches(undefined, 'the right password')).toBe(false);
  });
});
