import { createRoom, register } from '../../../signaling/test/rest.ts';
import { type Gate, openGate } from '../../../web/e2e/stage/gate.ts';
import type { Correspondent } from './client.ts';

/** Somebody who writes, and the proxy that they come through. */
export interface Seat extends Correspondent {
  gate: Gate;
}

/** A running Boltorezka, people with a way to it each, and what can be done to them. */
export interface DeliveryStage {
  seats: readonly Seat[];
  /** Where a server answers now, past all proxies. */
  readonly url: string;
  /** One process tells everything: then in one order. */
  readonly isOneProcess: boolean;
  /** Brings back to order what an earlier failure has left: everything runs, and people are spread over it. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export const portOf = ({ url }: { url: string }): number => Number(new URL(url).port);

/** Letters alone: a message is called by its author's name and a number. */
const letters = (index: number): string =>
  String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26));

/** Signs people up, each with a proxy of their own. */
export const seatPeople = async (url: string, count: number): Promise<Seat[]> => {
  const seats: Seat[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = letters(index);
    const gate = await openGate(portOf({ url }));
    seats.push({ name, account: await register(url, { name: `Client ${name}` }), url: gate.url, gate });
  }
  return seats;
};

/** Leads somebody there from now on; who is connected elsewhere is cut off. */
export const lead = ({ gate }: Seat, to: { url: string }): void => {
  gate.aim(portOf(to));
  gate.shut();
  gate.open();
};

export const openRooms = async (stage: DeliveryStage, count: number): Promise<string[]> => {
  const [first] = stage.seats;
  if (!first) throw new Error('nobody is there to open a room');
  const slugs: string[] = [];
  while (slugs.length < count) slugs.push((await createRoom(stage.url, first.account.token)).slug);
  return slugs;
};
