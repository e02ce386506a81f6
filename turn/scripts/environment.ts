import type { TurnConfig, TurnQuotas } from '../src/index.ts';

type Environment = Record<string, string | undefined>;

const text = (value: string | undefined): string | undefined => value?.trim() || undefined;

const list = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** What is no number stays NaN, which the configuration refuses by name. */
const number = (value: string | undefined, fallback: number): number => Number(text(value) ?? fallback);

const quotasOf = (env: Environment): Partial<TurnQuotas> => {
  const wishes = {
    perUser: text(env.TURN_USER_QUOTA),
    total: text(env.TURN_TOTAL_QUOTA),
    maxBytesPerS: text(env.TURN_MAX_BYTES_PER_SECOND),
    capacityBytesPerS: text(env.TURN_CAPACITY_BYTES_PER_SECOND),
  };
  const set = Object.entries(wishes).filter(([, wish]) => wish !== undefined);
  return Object.fromEntries(set.map(([name, wish]) => [name, Number(wish)]));
};

/** The configuration of the relay, as the environment has it. */
export const readTurnConfig = (env: Environment, stateDir: string): Omit<TurnConfig, 'coturnVersion'> => {
  const cert = text(env.TURN_TLS_CERT);
  const key = text(env.TURN_TLS_KEY);
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error('TURN_TLS_CERT and TURN_TLS_KEY belong together: set both, or neither.');
  }
  return {
    // Trimmed as signaling does it: both must mean the same.
    secret: text(env.TURN_SECRET) ?? '',
    realm: text(env.TURN_REALM) ?? 'boltorezka',
    listeningIps: list(env.TURN_LISTEN_IP),
    relayIps: list(env.TURN_RELAY_IP),
    externalIp: text(env.TURN_EXTERNAL_IP),
    listeningPort: number(env.TURN_PORT, 3478),
    minPort: number(env.TURN_MIN_PORT, 49_160),
    maxPort: number(env.TURN_MAX_PORT, 49_359),
    tls: cert && key ? { cert, key, port: number(env.TURN_TLS_PORT, 5349) } : undefined,
    // The media node's announced addresses are what its clients ask the relay to reach.
    allowedPeers: list(text(env.TURN_ALLOWED_PEERS) ?? env.ANNOUNCED_ADDRESS),
    stateDir,
    quotas: quotasOf(env),
  };
};
