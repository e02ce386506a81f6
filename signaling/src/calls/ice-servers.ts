import type { IceServer } from '@boltorezka/protocol';
import { mintTurnCredentials } from '@boltorezka/turn';

export interface TurnConfig {
  /** `turn:host:3478?transport=udp`, `turns:…`, `stun:…` */
  urls: string[];
  secret: string;
  credentialTtlS: number;
}

/** ICE servers for one person, with credentials that end within minutes. */
export type IceServersFor = (userId: string) => IceServer[];

export const createIceServersFor =
  (turn: TurnConfig | undefined): IceServersFor =>
  (userId) => {
    if (!turn) return [];
    const credentials = mintTurnCredentials({ secret: turn.secret, userId, ttlS: turn.credentialTtlS });
    const stun = turn.urls.filter((url) => /^stuns?:/.test(url));
    const relays = turn.urls.filter((url) => /^turns?:/.test(url));
    return [
      ...(stun.length > 0 ? [{ urls: stun }] : []),
      ...(relays.length > 0 ? [{ urls: relays, ...credentials }] : []),
    ];
  };
