import { createRoom, register } from './rest.ts';
import { mix, playRound, RestlessPerson, type RoundKind, type Surroundings } from './restless-person.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import { NackError, openSocket, type TestSocket } from './test-socket.ts';

/** Somebody who sits in a room all along, and sends: a room that outlives those who come and go. */
export interface Witness {
  socket: TestSocket;
  roomSlug: string;
}

export const seatWitness = async (url: string): Promise<Witness> => {
  const socket = await openSocket(url, await register(url, { name: 'Witness' }));
  const { slug: roomSlug } = await createRoom(url, socket.token);
  const { sendTransport } = await socket.request('voice.join', { roomSlug, rtpCapabilities });
  const sound = { kind: 'audio' as const, rtpParameters: microphone() };
  await socket.request('voice.produce', { transportId: sendTransport.id, ...sound });
  return { socket, roomSlug };
};

/** The room of the witness, and others that are there while somebody sits in them. */
export const openRooms = async (
  url: string,
  { socket, roomSlug }: Witness,
  count: number,
): Promise<string[]> => {
  const roomSlugs = [roomSlug];
  while (roomSlugs.length < count) roomSlugs.push((await createRoom(url, socket.token)).slug);
  return roomSlugs;
};

/** People who have signed up; they have not arrived yet. Each has a luck of their own, whoever is faster. */
export const gatherPeople = async (
  surroundings: Surroundings,
  { count, seed }: { count: number; seed: number },
): Promise<RestlessPerson[]> => {
  const people: RestlessPerson[] = [];
  while (people.length < count) {
    const auth = await register(surroundings.url);
    people.push(new RestlessPerson({ surroundings, auth, random: createRandom(seed + people.length) }));
  }
  return people;
};

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** So many rounds in the shares of the mix, shuffled. */
export const dealRounds = (count: number, random: () => number): RoundKind[] => {
  const fifty = (Object.keys(mix) as RoundKind[]).flatMap((kind) =>
    Array.from({ length: mix[kind] }, () => kind),
  );
  const dealt = Array.from({ length: count }, (_, index) => fifty[index % fifty.length] ?? 'leaves');
  return dealt
    .map((kind) => ({ kind, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ kind }) => kind);
};

/** Times when a media worker is away: what is refused then says nothing. */
export interface Trouble {
  during(task: () => Promise<void>): Promise<void>;
  /** @returns whether there was trouble at any time since this call. */
  watch(): () => boolean;
}

export const createTrouble = (): Trouble => {
  let ended = 0;
  let lasting = 0;
  return {
    during: async (task) => {
      lasting += 1;
      try {
        await task();
      } finally {
        lasting -= 1;
        ended += 1;
      }
    },
    watch: () => {
      const endedBefore = ended;
      return () => lasting > 0 || ended > endedBefore;
    },
  };
};

export interface Crowd {
  people: RestlessPerson[];
  trouble: Trouble;
  /** A round is over; one that trouble broke off has been played again. */
  onPlayed: () => void;
  onRetried: () => void;
}

const roundDeadlineMs = 30_000;

/** A round that waits for what never comes would hold everything up, and say nothing. */
const withDeadline = async (round: Promise<void>): Promise<void> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('it does not end')), roundDeadlineMs);
  try {
    await Promise.race([round, late]);
  } finally {
    clearTimeout(timer);
  }
};

const playUntilDone = async (crowd: Crowd, person: RestlessPerson, kind: RoundKind): Promise<void> => {
  for (;;) {
    const hadTrouble = crowd.trouble.watch();
    try {
      return await withDeadline(playRound(person, kind));
    } catch (error) {
      if (!hadTrouble() || !(error instanceof NackError)) {
        throw new Error(`a round of "${kind}" failed: ${String(error)}`, { cause: error });
      }
      crowd.onRetried();
      await person.startOver();
    } finally {
      // A socket of the tests remembers every frame, and looks through all of them.
      person.socket.frames.length = 0;
    }
  }
};

/** Hands the rounds out in turn; everybody plays their own one after another, and all at once. */
export const playAll = async (crowd: Crowd, rounds: RoundKind[]): Promise<void> => {
  const { people, onPlayed } = crowd;
  await Promise.all(
    people.map(async (person, place) => {
      for (const kind of rounds.filter((_, index) => index % people.length === place)) {
        await playUntilDone(crowd, person, kind);
        onPlayed();
      }
    }),
  );
};
