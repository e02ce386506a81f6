import { createHmac } from 'node:crypto';
import { AppError } from '@boltorezka/protocol';
import type { SharedCounter } from '../platform/redis-counter.ts';
import { createSharedBuckets, type SharedBuckets } from '../platform/shared-buckets.ts';

export interface SignInGuardDeps {
  secret: string;
  /** Wrong passwords for one account, from wherever nobody has signed in to it. */
  guessesPerHour: number;
  counter?: SharedCounter | undefined;
}

/** Who tries to sign in, before anybody knows whether there is such an account. */
export interface Try {
  email: string;
  /** What a browser is called in which this account was signed in before. */
  knownDevice: string | undefined;
}

/** A try that may go on. */
export interface Admission {
  /** The account's budget for strangers is spent: who is none, the place tells. How long until it is not, milliseconds. */
  spentForMs: number;
  /** The password was right, or nobody compared it: it is no guess. */
  giveBack(): Promise<void>;
}

export interface SignInGuard {
  /** @throws AppError `RateLimited` for a device that has used up its own budget. */
  admit(attempt: Try): Promise<Admission>;
  /** One of the budget of a place where somebody has signed in to the account. False: it is spent. */
  admitAtPlace(place: Buffer): Promise<Admission | undefined>;
  /** A name for account and address that tells neither. */
  placeOf(email: string, address: string): Buffer;
}

/** Of one device, or one place, of somebody's own. Whoever once had the password has one as well. */
const ownLimit = { burst: 10, perSecond: 1 / 180 };

/** The same for an account that there is and one that there is not. */
export const tooManyGuesses = (retryAfterMs: number): AppError =>
  new AppError(
    'RateLimited',
    `Too many wrong passwords for this email. Sign in where you have signed in before, or wait ${Math.ceil(retryAfterMs / 60_000)} min and try again.`,
    { retryAfterMs },
  );

const admissionFrom = (buckets: SharedBuckets, key: string, spentForMs: number): Admission => ({
  spentForMs,
  giveBack: async () => {
    if (spentForMs === 0) await buckets.giveBack(key);
  },
});

/**
 * Whoever guesses at one account from many addresses. Budgets are by address that was typed in, whether it has an account or
 * not. Strangers spend one budget of the account; a device or a place of the owner's has its own, which strangers cannot spend.
 */
export const createSignInGuard = ({ secret, guessesPerHour, counter }: SignInGuardDeps): SignInGuard => {
  const key = createHmac('sha256', secret).update('sign-in guard').digest();
  const nameOf = (...parts: string[]) => createHmac('sha256', key).update(parts.join('\0')).digest();
  const strangersLimit = { burst: guessesPerHour, perSecond: guessesPerHour / 3_600 };
  const strangers = createSharedBuckets({ name: 'sign-in', limit: strangersLimit, counter });
  const owners = createSharedBuckets({ name: 'sign-in-own', limit: ownLimit, counter });
  return {
    admit: async ({ email, knownDevice }) => {
      if (knownDevice === undefined) {
        // No address of anybody's is written to Redis.
        const account = nameOf(email).toString('base64url');
        return admissionFrom(strangers, account, await strangers.take(account));
      }
      const waitMs = await owners.take(knownDevice);
      if (waitMs > 0) throw tooManyGuesses(waitMs);
      return admissionFrom(owners, knownDevice, 0);
    },
    admitAtPlace: async (place) => {
      const name = place.toString('base64url');
      return (await owners.take(name)) > 0 ? undefined : admissionFrom(owners, name, 0);
    },
    placeOf: (email, address) => nameOf(email, address),
  };
};
