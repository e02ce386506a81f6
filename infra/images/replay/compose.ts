import { parse } from 'yaml';
import { expand, type Lookup } from './expand.ts';

/** What of a service is replayed. */
export interface Service {
  build?: { context?: string; dockerfile?: string };
  environment?: Record<string, string>;
  command?: string[];
  ports?: string[];
  networks?: string[];
  network_mode?: string;
  volumes?: string[];
  tmpfs?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  stop_grace_period?: string;
  healthcheck?: { test: string[] };
}

export interface ComposeFile {
  services: Record<string, Service>;
  networks?: Record<string, { internal?: boolean } | null>;
}

/** A published port, or a range of as many on both sides. */
export interface PublishedPort {
  hostAddress: string;
  hostPort: number;
  containerPort: number;
  protocol: 'tcp' | 'udp';
}

/** Reads an .env file: `NAME=value`, comments on lines of their own, values as they stand or in quotes. */
export const parseEnvFile = (text: string): Record<string, string> => {
  const lines = text.split('\n').filter((line) => /^\s*[A-Za-z_]\w*=/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', value = ''] = line.trim().split(/=(.*)/s);
      return [name, value.trim().replace(/^(["'])(.*)\1$/, '$2')];
    }),
  );
};

/** Reads a compose file, its variables replaced in every text, as compose does before anything else. */
export const parseCompose = (text: string, lookup: Lookup): ComposeFile =>
  replaceIn(parse(text), (value) => expand(value, lookup, '$')) as ComposeFile;

const replaceIn = (value: unknown, replace: (text: string) => string): unknown => {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((entry) => replaceIn(entry, replace));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, replaceIn(entry, replace)]));
};

/** `address:port[-port]:port[-port][/protocol]`, one entry for each port. */
export const parsePublished = (text: string): PublishedPort[] => {
  const match = /^(?:(.+):)?(\d+)(?:-(\d+))?:(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/.exec(text);
  if (!match) throw new Error(`${text} publishes no port that is known here`);
  const [, hostAddress = '0.0.0.0', first, last = first, inside, insideLast = inside, protocol = 'tcp'] =
    match;
  const count = Number(last) - Number(first) + 1;
  if (count < 1 || count !== Number(insideLast) - Number(inside) + 1)
    throw new Error(`${text} does not have as many ports inside as outside`);
  return Array.from({ length: count }, (_, index) => ({
    hostAddress: hostAddress.replace(/^\[(.*)\]$/, '$1'),
    hostPort: Number(first) + index,
    containerPort: Number(inside) + index,
    protocol: protocol as 'tcp' | 'udp',
  }));
};
