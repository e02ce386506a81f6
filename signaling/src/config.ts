import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { RegistrationMode } from '@boltorezka/protocol';
import { isPlaceholder } from '@boltorezka/turn';
import proxyAddr from '@fastify/proxy-addr';
import { z } from 'zod';

/** Unset, empty and placeholder are the same: not configured. */
const optional = z
  .string()
  .optional()
  .transform((value) =>
    value === undefined || value.trim() === '' || isPlaceholder(value) ? undefined : value.trim(),
  );

const list = optional.transform(
  (value) =>
    value
      ?.split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '') ?? [],
);

const number = optional.transform((value) => (value === undefined ? undefined : Number(value)));

const wholeNumber = (fallback: number, { min, max }: { min: number; max: number }) =>
  number.pipe(z.int().min(min).max(max).default(fallback));

const isTrustList = (proxies: string[]): boolean => {
  try {
    proxyAddr.compile(proxies);
    return true;
  } catch {
    return false;
  }
};

const rate = (fallback: number) => wholeNumber(fallback, { min: 1, max: 1_000_000 });

const mebibyte = 1024 * 1024;

const bytes = (fallback: number) => wholeNumber(fallback, { min: 1, max: Number.MAX_SAFE_INTEGER });

const portNumber = z.int().min(1).max(65_535);

const port = (fallback: number) => number.pipe(portNumber.default(fallback));

const Environment = z.object({
  NODE_ENV: optional,
  LOG_LEVEL: optional.pipe(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  ),
  HOST: optional,
  PORT: number.pipe(portNumber.optional()),
  API_PORT: port(8080),
  DATA_DIR: optional,
  DATABASE_URL: optional.pipe(z.url({ protocol: /^postgres(ql)?$/ }).optional()),
  REDIS_URL: optional.pipe(z.url({ protocol: /^rediss?$/ }).optional()),
  JWT_SECRET: optional.pipe(z.string().min(16, 'use at least 16 characters').optional()),
  JWT_EXPIRES_IN: optional.pipe(
    z
      .string()
      .regex(/^\d+ ?(s|m|h|d|w)$/, 'use a number and a unit: 12h, 7d')
      .default('7d'),
  ),
  ACCESS_TOKEN_TTL_S: wholeNumber(900, { min: 1, max: 86_400 }),
  REGISTRATION: optional.pipe(RegistrationMode.default('open')),
  CORS_ORIGIN: list.refine((origins) => !origins.includes('*'), 'name the origins, by commas; * is not one'),
  TRUST_PROXY: list.refine(isTrustList, 'use addresses, subnets (10.0.0.0/8) or loopback, by commas'),
  MEDIA_PORT: port(40_000),
  MEDIA_WORKERS: wholeNumber(availableParallelism(), { min: 1, max: 256 }),
  MEDIASOUP_WORKER_BIN: optional,
  ANNOUNCED_ADDRESS: list,
  MEDIA_URL: optional.pipe(z.url({ protocol: /^wss?$/ }).optional()),
  MEDIA_SECRET: optional.pipe(
    z
      .string()
      .min(16, 'use at least 16 characters')
      // It travels in a header.
      .regex(/^[!-~]+$/, 'use Latin letters, digits and signs, without spaces')
      .optional(),
  ),
  MEDIA_LINK_CA: optional,
  TURN_URLS: list,
  TURN_SECRET: optional,
  // Clients ask for fresh ones every three minutes, and one answer may be lost.
  TURN_CREDENTIAL_TTL: wholeNumber(600, { min: 400, max: 86_400 }),
  ATTACHMENT_MAX_BYTES: bytes(25 * mebibyte),
  ATTACHMENT_QUOTA_BYTES: bytes(1024 * mebibyte),
  ATTACHMENT_TOTAL_BYTES: number.pipe(z.int().min(1).optional()),
  ATTACHMENT_MIN_FREE_BYTES: wholeNumber(1024 * mebibyte, { min: 0, max: Number.MAX_SAFE_INTEGER }),
  LINK_PREVIEW_PICTURE_BYTES: wholeNumber(256 * mebibyte, { min: 0, max: Number.MAX_SAFE_INTEGER }),
  LINK_PREVIEWS: optional.pipe(z.enum(['on', 'off']).default('on')),
  S3_ENDPOINT: optional.pipe(
    z
      .url({ protocol: /^https?$/ })
      .transform((url) => new URL(url).origin)
      .optional(),
  ),
  S3_REGION: optional.pipe(z.string().default('us-east-1')),
  S3_BUCKET: optional.pipe(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'use the name of a bucket')
      .optional(),
  ),
  S3_ACCESS_KEY_ID: optional,
  S3_SECRET_ACCESS_KEY: optional,
  RATE_LIMIT_AUTH_PER_MINUTE: rate(30),
  RATE_LIMIT_GUESSES_PER_HOUR: rate(20),
  RATE_LIMIT_REST_PER_MINUTE: rate(600),
  RATE_LIMIT_CHANGES_PER_MINUTE: rate(60),
  RATE_LIMIT_CONNECT_PER_MINUTE: rate(120),
  RATE_LIMIT_SEND_PER_SECOND: rate(10),
  RATE_LIMIT_FRAMES_PER_SECOND: rate(50),
});

/** Media that runs in processes of its own: the node at an address, or every node that Redis knows. */
export interface MediaLinkConfig {
  source: { kind: 'node'; url: string } | { kind: 'directory'; redisUrl: string };
  secret: string;
  caFile: string | undefined;
}

const toMediaLink = (
  { MEDIA_URL, REDIS_URL, MEDIA_SECRET, MEDIA_LINK_CA }: z.output<typeof Environment>,
  isWithoutMedia: boolean,
): MediaLinkConfig | undefined => {
  if (MEDIA_SECRET === undefined) return undefined;
  const link = { secret: MEDIA_SECRET, caFile: MEDIA_LINK_CA };
  if (MEDIA_URL !== undefined) return { ...link, source: { kind: 'node', url: MEDIA_URL } };
  if (!isWithoutMedia || REDIS_URL === undefined) return undefined;
  return { ...link, source: { kind: 'directory', redisUrl: REDIS_URL } };
};

const toS3 = (env: z.output<typeof Environment>) => {
  const { S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = env;
  if (!S3_ENDPOINT || !S3_BUCKET || !S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) return undefined;
  return {
    endpoint: S3_ENDPOINT,
    region: S3_REGION,
    bucket: S3_BUCKET,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
  };
};

const toAttachments = (env: z.output<typeof Environment>) => ({
  maxBytes: env.ATTACHMENT_MAX_BYTES,
  quotaBytes: env.ATTACHMENT_QUOTA_BYTES,
  totalBytes: env.ATTACHMENT_TOTAL_BYTES,
  minFreeBytes: env.ATTACHMENT_MIN_FREE_BYTES,
  s3: toS3(env),
});

const toRates = (env: z.output<typeof Environment>) => ({
  authPerMinute: env.RATE_LIMIT_AUTH_PER_MINUTE,
  /** Wrong passwords for one account, from where nobody has signed in to it. */
  guessesPerHour: env.RATE_LIMIT_GUESSES_PER_HOUR,
  restPerMinute: env.RATE_LIMIT_REST_PER_MINUTE,
  changesPerMinute: env.RATE_LIMIT_CHANGES_PER_MINUTE,
  connectPerMinute: env.RATE_LIMIT_CONNECT_PER_MINUTE,
  sendPerSecond: env.RATE_LIMIT_SEND_PER_SECOND,
  framesPerSecond: env.RATE_LIMIT_FRAMES_PER_SECOND,
});

const toConfig = (
  env: z.output<typeof Environment>,
  { lan, isWithoutMedia }: { lan: boolean; isWithoutMedia: boolean },
) => ({
  isProduction: env.NODE_ENV === 'production',
  logLevel: env.LOG_LEVEL,
  lan,
  // Until somebody has set a secret, nobody but this machine is let in; `--lan` is the explicit wish.
  host: env.HOST ?? (lan || env.JWT_SECRET !== undefined ? '::' : '127.0.0.1'),
  port: env.PORT ?? env.API_PORT,
  dataDir: resolve(env.DATA_DIR ?? 'data'),
  databaseUrl: env.DATABASE_URL,
  redisUrl: env.REDIS_URL,
  jwtSecret: env.JWT_SECRET,
  jwtExpiresIn: env.JWT_EXPIRES_IN,
  accessTokenTtlS: env.ACCESS_TOKEN_TTL_S,
  /** Until an administrator says otherwise. */
  initialRegistration: env.REGISTRATION,
  allowedOrigins: env.CORS_ORIGIN,
  trustedProxies: env.TRUST_PROXY,
  media: {
    firstPort: env.MEDIA_PORT,
    workerCount: env.MEDIA_WORKERS,
    workerBin: env.MEDIASOUP_WORKER_BIN,
    announcedAddresses: env.ANNOUNCED_ADDRESS,
  },
  /** Where media runs elsewhere; without it, a node in this process. */
  mediaLink: toMediaLink(env, isWithoutMedia),
  turn:
    env.TURN_URLS.length > 0 && env.TURN_SECRET !== undefined
      ? { urls: env.TURN_URLS, secret: env.TURN_SECRET, credentialTtlS: env.TURN_CREDENTIAL_TTL }
      : undefined,
  attachments: toAttachments(env),
  hasLinkPreviews: env.LINK_PREVIEWS === 'on',
  /** What pictures of previews may take up together; with none, there are none. */
  previewPictureBytes: env.LINK_PREVIEW_PICTURE_BYTES,
  rates: toRates(env),
});

export type Config = ReturnType<typeof toConfig>;

/** The configuration cannot be used; the message names each variable and what to write there. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const withoutMedia = '--without-media';

const options = ['--lan', withoutMedia];

/** @throws ConfigError where variables do not fit each other. */
const assertWhole = (env: z.output<typeof Environment>, config: Config, args: readonly string[]): void => {
  if (config.isProduction && config.jwtSecret === undefined) {
    throw new ConfigError(
      'JWT_SECRET is not set, or still a placeholder, and NODE_ENV is production. Set it to a long random text.',
    );
  }
  if (config.media.firstPort + config.media.workerCount > 65_536) {
    throw new ConfigError('MEDIA_PORT and the MEDIA_WORKERS ports above it must stay below 65536.');
  }
  if (env.MEDIA_URL !== undefined && config.mediaLink === undefined) {
    throw new ConfigError('MEDIA_URL is set without MEDIA_SECRET. Set the secret that the media node has.');
  }
  if (args.includes(withoutMedia) && config.mediaLink === undefined) {
    throw new ConfigError(
      'Signaling runs without a media node of its own. Set MEDIA_SECRET, and MEDIA_URL for one node or REDIS_URL for those that register there.',
    );
  }
  const s3 = [env.S3_ENDPOINT, env.S3_BUCKET, env.S3_ACCESS_KEY_ID, env.S3_SECRET_ACCESS_KEY];
  if (config.attachments.s3 === undefined && s3.some((value) => value !== undefined)) {
    throw new ConfigError(
      'Files in an object storage need S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, all four.',
    );
  }
  if (env.TURN_URLS.some((url) => url.startsWith('turn')) && config.turn === undefined) {
    throw new ConfigError('TURN_URLS is set without TURN_SECRET. Set the secret that coturn has.');
  }
};

/**
 * Reads the environment.
 * @throws ConfigError naming every variable that is wrong; in production, every secret that is missing.
 */
export const readConfig = (environment: NodeJS.ProcessEnv, args: readonly string[] = []): Config => {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new ConfigError(`The configuration cannot be used:\n${lines.join('\n')}`);
  }
  const unknown = args.filter((arg) => !options.includes(arg));
  if (unknown.length > 0) {
    throw new ConfigError(`Unknown option ${unknown.join(' ')}. Those there are: ${options.join(', ')}.`);
  }
  const config = toConfig(parsed.data, {
    lan: args.includes('--lan'),
    isWithoutMedia: args.includes(withoutMedia),
  });
  assertWhole(parsed.data, config, args);
  return config;
};
