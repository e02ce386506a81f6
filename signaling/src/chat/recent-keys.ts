/** Keys, of which the oldest are forgotten: they are the least likely to be asked for again. */
export class RecentKeys {
  readonly #keys = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  add(key: string): void {
    this.#keys.delete(key);
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > this.#max && oldest !== undefined) this.#keys.delete(oldest);
  }

  /** @returns whether it was there. */
  delete(key: string): boolean {
    return this.#keys.delete(key);
  }
}
