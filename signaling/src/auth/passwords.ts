import { randomUUID } from 'node:crypto';
import { AppError } from '@boltorezka/protocol';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';

/** What one argon2id hash takes, in one lane. */
export interface PasswordCost {
  memoryKib: number;
  passes: number;
}

/** OWASP's parameters. */
const owaspCost: PasswordCost = { memoryKib: 19_456, passes: 2 };

/** Each hash takes a core for some 20 ms and 19 MiB: from many addresses at once they would take the machine. */
const maxHashesAtOnce = 2;
const maxHashesWaiting = 50;

/** @throws AppError `Unavailable` where too many wait already. */
const createHashQueue = () => {
  const limit = pLimit(maxHashesAtOnce);
  return <T>(task: () => Promise<T>): Promise<T> => {
    if (limit.pendingCount >= maxHashesWaiting) {
      throw new AppError(
        'Unavailable',
        'Too many people are signing in at this moment; try again in a moment.',
      );
    }
    return limit(task);
  };
};

export interface Passwords {
  hash(password: string): Promise<string>;
  /** False, after as long a time, where there is no hash to compare with. */
  matches(passwordHash: string | undefined, password: string): Promise<boolean>;
}

/** @param cost less only where nothing is protected: each person of a test signs up anew. */
export const createPasswords = ({ memoryKib, passes }: PasswordCost = owaspCost): Passwords => {
  const queue = createHashQueue();
  const argon2Options = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 };
  // Compared against where nobody has the address, so that both answers take as long.
  const decoy = hash(randomUUID(), argon2Options);
  return {
    hash: async (password) => queue(() => hash(password, argon2Options)),
    matches: async (passwordHash, password) => {
      const expected = passwordHash ?? (await decoy);
      const matches = await queue(() => verify(expected, password));
      return matches && passwordHash !== undefined;
    },
  };
};
