import { AppError, type LoginBody } from '@boltorezka/protocol';
import type { Passwords } from './passwords.ts';
import type { AuthRepository, StoredUser } from './repository.ts';
import { type Admission, type SignInGuard, tooManyGuesses } from './sign-in-guard.ts';

export interface PasswordProofDeps {
  repository: Pick<AuthRepository, 'findByEmail'>;
  passwords: Passwords;
  guard: SignInGuard;
}

export interface PasswordProof extends Pick<LoginBody, 'email' | 'password'> {
  knownDevice: string | undefined;
  /** Where the request comes from, as addresses are counted. */
  address: string;
}

const wrongCredentials = () => new AppError('Unauthorized', 'Email or password is wrong.');

/** Compares, and gives back what was taken where it was no wrong guess. */
const compare = async (admission: Admission, matches: () => Promise<boolean>): Promise<boolean> => {
  const isRight = await matches().catch(async (error: unknown) => {
    await admission.giveBack();
    throw error;
  });
  if (isRight) await admission.giveBack();
  return isRight;
};

/**
 * Whose email and password these are.
 * @throws AppError `Unauthorized`, the same in text and time for a wrong password and an unknown address; `RateLimited`, the
 * same for both as well, where strangers have guessed at it too often.
 */
export const createPasswordProof =
  ({ repository, passwords, guard }: PasswordProofDeps) =>
  async ({ email, password, knownDevice, address }: PasswordProof): Promise<StoredUser> => {
    const admission = await guard.admit({ email, knownDevice });
    const place = guard.placeOf(email, address);
    const stored = await repository.findByEmail(email, place);
    const { spentForMs } = admission;
    if (spentForMs === 0) {
      const isRight = await compare(admission, () => passwords.matches(stored?.passwordHash, password));
      if (stored && isRight) return stored;
      throw wrongCredentials();
    }
    // Who sits at a place of the owner's is told the same as anybody, after as long a time, but where the password is right.
    const atPlace = stored?.isKnownPlace ? await guard.admitAtPlace(place) : undefined;
    const hash = atPlace && stored?.passwordHash;
    const isRight = await compare(atPlace ?? admission, () => passwords.matches(hash, password));
    if (stored && isRight) return stored;
    throw tooManyGuesses(spentForMs);
  };
