/** Whose page a browser opens: the product's, or that of whoever joins one request after another. */
export type Client = 'product' | 'reference';

/** A kind of join that is measured. */
export type Start = 'cold' | 'warm' | 'prepared' | 'sequential';

export const titles: Record<Start, string> = {
  cold: 'cold',
  warm: 'warm',
  prepared: 'prepared',
  sequential: 'one after another',
};

/** A browser of its own, whose joins follow each other on one page; null is one that is not counted. */
export interface Sitting {
  client: Client;
  joins: (Start | null)[];
}

/** What is measured at each delay of each round. */
export const sittings: Sitting[] = [
  { client: 'product', joins: ['cold', 'warm', 'prepared'] },
  // A browser that has been in a call has its microphone and its media code at hand: the one of warm has it, and so has this.
  { client: 'reference', joins: [null, 'sequential'] },
];

export const clients: Client[] = [...new Set(sittings.map(({ client }) => client))];

export const startsOf = (client: Client): Start[] =>
  sittings
    .filter((sitting) => sitting.client === client)
    .flatMap(({ joins }) => joins.filter((start) => start !== null));

/** All, in the order in which they are printed. */
export const starts: Start[] = clients.flatMap(startsOf);
