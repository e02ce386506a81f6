import { AppError } from '@boltorezka/protocol';

/** Uploads of one person at a time, and of all. */
const atOnce = { ofPerson: 3, ofAll: 100 };

/** Counts uploads that are under way. */
export class Slots {
  readonly #ofPerson = new Map<string, number>();
  #ofAll = 0;

  /** @throws AppError `RateLimited`, `Unavailable`. @returns the end of this one. */
  take(userId: string): () => void {
    const own = this.#ofPerson.get(userId) ?? 0;
    if (own >= atOnce.ofPerson)
      throw new AppError(
        'RateLimited',
        `You may upload ${atOnce.ofPerson} files at a time; wait for one to end.`,
      );
    if (this.#ofAll >= atOnce.ofAll)
      throw new AppError('Unavailable', 'Too many files are being uploaded; try again in a moment.');
    this.#ofPerson.set(userId, own + 1);
    this.#ofAll += 1;
    return () => {
      const left = (this.#ofPerson.get(userId) ?? 1) - 1;
      if (left === 0) this.#ofPerson.delete(userId);
      else this.#ofPerson.set(userId, left);
      this.#ofAll -= 1;
    };
  }
}
