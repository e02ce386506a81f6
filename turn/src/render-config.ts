import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { explainBadPeer } from './addresses.ts';
import { isPlaceholder } from './placeholder.ts';
import { isAtLeast, parseCoturnVersion } from './version.ts';

export interface TurnQuotas {
  /** Allocations of one person at a time: two connections, each by every URL and network interface, and a reconnect. */
  perUser: number;
  /** Allocations of all; by default as many as there are relay ports. */
  total: number;
  maxBytesPerS: number;
  /** Of all; each allocation reserves its `maxBytesPerS`. By default what `total` allocations reserve. */
  capacityBytesPerS: number;
}

export interface TurnConfig {
  /** coturn's `static-auth-secret`, the same as signaling's `TURN_SECRET`. */
  secret: string;
  realm: string;
  /** None: every address of the machine. */
  listeningIps: string[];
  /** None: the addresses it listens on. */
  relayIps: string[];
  /** The public address in front of a NAT: `public`, or `public/private` where there are several. */
  externalIp?: string | undefined;
  listeningPort: number;
  minPort: number;
  maxPort: number;
  tls?: { cert: string; key: string; port: number } | undefined;
  /** The media node's addresses, as clients are told them. Everything else is denied. */
  allowedPeers: string[];
  /** What `turnserver --version` prints: what works around a defect is there for the versions that have it. */
  coturnVersion: string;
  /** A private directory that coturn may write to. */
  stateDir: string;
  quotas?: Partial<TurnQuotas> | undefined;
}

/** The relay cannot be configured so; the message names each value and what to write there. */
export class TurnConfigError extends Error {
  override name = 'TurnConfigError';
}

/** Everything. What is allowed wins over it. */
const deniedRanges = ['0.0.0.0-255.255.255.255', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'];
const mappedRanges = ['::0', '::ffff:0.0.0.0-::ffff:255.255.255.255'];

/** 12 Mbit/s: one camera, one screen and many voices. */
const defaultMaxBytesPerS = 1_500_000;
const defaultPerUser = 32;

const explainBadSecret = (secret: string): string | undefined => {
  if (secret.trim() === '' || isPlaceholder(secret)) return 'not set, or still a placeholder';
  if (!/^[\x21-\x7e]+$/.test(secret)) return 'may hold printable ASCII without blanks, and nothing else';
  // coturn reads the rest of such a line otherwise than it is written.
  if (/^=|["'#]/.test(secret)) return 'may not hold quotes or #, nor begin with =';
  return secret.length < 16 ? 'too short; use at least 16 characters' : undefined;
};

const explainBadExternalIp = (externalIp: string): string | undefined => {
  const [outer = '', inner, ...more] = externalIp.split('/');
  const isGood = more.length === 0 && isIP(outer) > 0 && (inner === undefined || isIP(inner) === isIP(outer));
  return isGood ? undefined : 'must be an IP address, or two with a / between them: public/private';
};

const explainBadPort = (port: number): string | undefined =>
  Number.isInteger(port) && port >= 1 && port <= 65_535 ? undefined : 'must be a port: 1 to 65535';

const explainBadPath = (path: string): string | undefined => {
  if (!isAbsolute(path)) return 'must be an absolute path';
  return /^[\x20-\x7e]+$/.test(path) && path === path.trim()
    ? undefined
    : 'holds characters that coturn cannot read';
};

const explainBadAddress = (address: string): string | undefined =>
  isIP(address) > 0 && !address.includes('%') ? undefined : 'is no IP address';

const explainBadCount = (count: number): string | undefined =>
  Number.isSafeInteger(count) && count >= 1 ? undefined : 'must be a whole number from 1';

type Complaint = [name: string, objection: string | undefined];

const listComplaints = (config: TurnConfig, quotas: TurnQuotas): Complaint[] => [
  ['secret', explainBadSecret(config.secret)],
  [
    'realm',
    /^[a-z0-9]([a-z0-9.-]{0,125}[a-z0-9])?$/i.test(config.realm) ? undefined : 'must look like a host name',
  ],
  ['listening port', explainBadPort(config.listeningPort)],
  ['first relay port', explainBadPort(config.minPort)],
  ['last relay port', explainBadPort(config.maxPort)],
  ['relay ports', config.minPort <= config.maxPort ? undefined : 'end before they begin'],
  ...config.listeningIps.map((ip): Complaint => [`listening address "${ip}"`, explainBadAddress(ip)]),
  ...config.relayIps.map((ip): Complaint => [`relay address "${ip}"`, explainBadAddress(ip)]),
  ['external address', config.externalIp === undefined ? undefined : explainBadExternalIp(config.externalIp)],
  [
    'allowed peers',
    config.allowedPeers.length > 0 ? undefined : 'none: name the addresses of the media node',
  ],
  ...config.allowedPeers.map((ip): Complaint => [`allowed peer "${ip}"`, explainBadPeer(ip)]),
  ['state directory', explainBadPath(config.stateDir)],
  ['TLS port', config.tls && explainBadPort(config.tls.port)],
  ['TLS certificate', config.tls && explainBadPath(config.tls.cert)],
  ['TLS key', config.tls && explainBadPath(config.tls.key)],
  ...Object.entries(quotas).map(([name, value]): Complaint => [`quota ${name}`, explainBadCount(value)]),
];

const completeQuotas = ({ quotas, minPort, maxPort }: TurnConfig): TurnQuotas => {
  const total = quotas?.total ?? maxPort - minPort + 1;
  const maxBytesPerS = quotas?.maxBytesPerS ?? defaultMaxBytesPerS;
  return {
    perUser: quotas?.perUser ?? defaultPerUser,
    total,
    maxBytesPerS,
    capacityBytesPerS: quotas?.capacityBytesPerS ?? maxBytesPerS * total,
  };
};

const valuesOf = (config: TurnConfig, quotas: TurnQuotas): Record<string, string[]> => {
  const version = parseCoturnVersion(config.coturnVersion);
  // A condition is a line of its own that vanishes, or takes its paragraph with it.
  const when = (isMet: boolean) => (isMet ? [''] : []);
  const { tls } = config;
  return {
    listeningPort: [String(config.listeningPort)],
    listeningIps: config.listeningIps,
    relayIps: config.relayIps,
    externalIp: config.externalIp === undefined ? [] : [config.externalIp],
    minPort: [String(config.minPort)],
    maxPort: [String(config.maxPort)],
    tlsPort: tls ? [String(tls.port)] : [],
    tlsCert: tls ? [tls.cert] : [],
    tlsKey: tls ? [tls.key] : [],
    whenTls: when(tls !== undefined && !isAtLeast(version, [4, 9])),
    whenNoTls: when(tls === undefined),
    secret: [config.secret],
    realm: [config.realm],
    whenRateLimit: when(isAtLeast(version, [4, 14])),
    allowedPeers: config.allowedPeers,
    deniedRanges,
    mappedRanges: isAtLeast(version, [4, 9]) ? [] : mappedRanges,
    userQuota: [String(quotas.perUser)],
    totalQuota: [String(quotas.total)],
    maxBytesPerS: [String(quotas.maxBytesPerS)],
    capacityBytesPerS: [String(quotas.capacityBytesPerS)],
    stateDir: [config.stateDir],
  };
};

const renderLine = (line: string, values: Record<string, string[]>): string[] => {
  const name = /\{\{(\w+)\}\}/.exec(line)?.[1];
  if (name === undefined) return [line];
  const found = values[name];
  if (!found) throw new Error(`the template of the relay asks for ${name}, which nobody gives`);
  // A function, so that a $ in a secret stays one.
  return found.map((value) => line.replace(`{{${name}}}`, () => value));
};

/** A paragraph (a reason and its options) of which some value is absent is left out whole. */
const renderParagraph = (paragraph: string, values: Record<string, string[]>): string[] => {
  const lines = paragraph.split('\n').map((line) => renderLine(line, values));
  if (lines.some((rendered) => rendered.length === 0)) return [];
  return [
    lines
      .flat()
      .filter((line) => line !== '')
      .join('\n'),
  ];
};

/**
 * The text of coturn's configuration: credentials of ours alone, the media node as the only peer.
 * @throws TurnConfigError naming every value that is wrong.
 */
export const renderTurnConfig = (config: TurnConfig): string => {
  const quotas = completeQuotas(config);
  const complaints = listComplaints(config, quotas).filter(([, objection]) => objection !== undefined);
  if (complaints.length > 0) {
    const lines = complaints.map(([name, objection]) => `  ${name}: ${objection}`);
    throw new TurnConfigError(`The relay cannot be configured:\n${lines.join('\n')}`);
  }
  const values = valuesOf(config, quotas);
  const template = readFileSync(new URL('../turnserver.conf.template', import.meta.url), 'utf8');
  const paragraphs = template.trim().split(/\n{2,}/);
  return `${paragraphs.flatMap((paragraph) => renderParagraph(paragraph, values)).join('\n\n')}\n`;
};
