import type { Entrance } from '../../../media/bench/messages.ts';

/** What may be asked of the load, one question at a time. */
export type LoadRequest =
  /** Opens a socket for each person, which receives what the room forwards to them. */
  | { type: 'listen'; people: number; workerPid: number }
  /** Sends 50 packets a second into each entrance from now on, and nowhere else. */
  | { type: 'send'; entrances: Entrance[] }
  | { type: 'look' };

/** Totals of the present listening, and of the worker. */
export interface Look {
  atMs: number;
  sent: number;
  received: number;
  /** CPU time of the worker. */
  workerCpuMs: number;
}

export type LoadAnswer =
  | { type: 'listening'; ports: number[] }
  | { type: 'sending' }
  | ({ type: 'look' } & Look);
