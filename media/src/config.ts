import { availableParallelism } from 'node:os';
import { isPlaceholder } from '@boltorezka/turn';
import { z } from 'zod';

/** Unset, empty and placeholder are the same: not configured. */
const optional = z
  .string()
  .optional()
  .transform((value) =>
    value === undefined || value.trim() === '' || isPlaceholder(value) ? undefined : value.trim(),
  );

const wholeNumber = (fallback: number, { min, max }: { min: number; max: number }) =>
  optional
    .transform((value) => (value === undefined ? undefined : Number(value)))
    .pipe(z.int().min(min).max(max).default(fallback));

const port = (fallback: number) => wholeNumber(fallback, { min: 1, max: 65_535 });

const Environment = z.object({
  LOG_LEVEL: optional.pipe(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  ),
  MEDIA_PORT: port(40_000),
  MEDIA_WORKERS: wholeNumber(availableParallelism(), { min: 1, max: 256 }),
  MEDIASOUP_WORKER_BIN: optional,
  ANNOUNCED_ADDRESS: optional.transform(
    (value) =>
      value
        ?.split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '') ?? [],
  ),
  MEDIA_SECRET: optional.pipe(
    z
      .string('set it to a long random text, the same for signaling; a placeholder is none')
      .min(16, 'use at least 16 characters')
      // It travels in a header.
      .regex(/^[!-~]+$/, 'use Latin letters, digits and signs, without spaces'),
  ),
  MEDIA_LINK_HOST: optional.pipe(z.string().default('127.0.0.1')),
  MEDIA_LINK_PORT: port(8090),
  MEDIA_LINK_URL: optional.pipe(z.url({ protocol: /^wss?$/ }).optional()),
  REDIS_URL: optional.pipe(z.url({ protocol: /^rediss?$/ }).optional()),
  MEDIA_LINK_CERT: optional,
  MEDIA_LINK_KEY: optional,
  MEDIA_LINK_INSECURE: optional.pipe(z.enum(['true', 'false']).default('false')),
});

/** The configuration cannot be used; the message names each variable and what to write there. */
export class MediaConfigError extends Error {
  override name = 'MediaConfigError';
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** Where signaling finds the link: as it was said, or where it listens, unless that is everywhere. */
const toLinkUrl = (env: z.output<typeof Environment>): string | undefined => {
  const { MEDIA_LINK_URL, MEDIA_LINK_HOST: host, MEDIA_LINK_PORT, MEDIA_LINK_CERT } = env;
  if (MEDIA_LINK_URL !== undefined || isWildcard(host)) return MEDIA_LINK_URL;
  const name = host.includes(':') ? `[${host}]` : host;
  return `${MEDIA_LINK_CERT === undefined ? 'ws' : 'wss'}://${name}:${MEDIA_LINK_PORT}`;
};

const toConfig = (env: z.output<typeof Environment>) => ({
  logLevel: env.LOG_LEVEL,
  node: {
    firstPort: env.MEDIA_PORT,
    workerCount: env.MEDIA_WORKERS,
    workerBin: env.MEDIASOUP_WORKER_BIN,
    announcedAddresses: env.ANNOUNCED_ADDRESS,
  },
  redisUrl: env.REDIS_URL,
  linkUrl: toLinkUrl(env),
  link: {
    host: env.MEDIA_LINK_HOST,
    port: env.MEDIA_LINK_PORT,
    secret: env.MEDIA_SECRET,
    tlsFiles:
      env.MEDIA_LINK_CERT !== undefined && env.MEDIA_LINK_KEY !== undefined
        ? { cert: env.MEDIA_LINK_CERT, key: env.MEDIA_LINK_KEY }
        : undefined,
  },
});

export type MediaConfig = ReturnType<typeof toConfig>;

/**
 * Reads the environment of a media node that is a process of its own.
 * @throws MediaConfigError naming every variable that is wrong.
 */
export const readMediaConfig = (environment: NodeJS.ProcessEnv): MediaConfig => {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new MediaConfigError(`The configuration cannot be used: ${problems.join('; ')}.`);
  }
  const { data } = parsed;
  const config = toConfig(data);
  if (config.node.firstPort + config.node.workerCount > 65_536) {
    throw new MediaConfigError('MEDIA_PORT and the MEDIA_WORKERS ports above it must stay below 65536.');
  }
  if ((data.MEDIA_LINK_CERT === undefined) !== (data.MEDIA_LINK_KEY === undefined)) {
    throw new MediaConfigError('MEDIA_LINK_CERT and MEDIA_LINK_KEY belong together: set both, or neither.');
  }
  const { host, tlsFiles } = config.link;
  if (config.redisUrl !== undefined && config.linkUrl === undefined) {
    throw new MediaConfigError(
      `MEDIA_LINK_HOST is ${host}, an address that signaling cannot be told. Set MEDIA_LINK_URL to where signaling reaches this node.`,
    );
  }
  if (!tlsFiles && !isLoopback(host) && data.MEDIA_LINK_INSECURE !== 'true') {
    throw new MediaConfigError(
      `MEDIA_LINK_HOST is ${host}, and without TLS whoever sees that network reads MEDIA_SECRET and can enter every call. Set MEDIA_LINK_CERT and MEDIA_LINK_KEY, or MEDIA_LINK_INSECURE=true where the network is yours alone.`,
    );
  }
  return config;
};
