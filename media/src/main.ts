import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { MediaLoad } from '@boltorezka/protocol';
import { type Logger, pino } from 'pino';
import { type MediaConfig, MediaConfigError, readMediaConfig } from './config.ts';
import { createNodeDirectory, type NodeDirectory } from './directory/index.ts';
import { createMediaLinkServer, createMediaNode, type MediaLinkServer } from './index.ts';
import { createLoadReader } from './link/answer.ts';

/** The promise of the runtime contract is ten seconds; what hangs is given up before. */
const shutdownDeadlineMs = 9_000;

const closeAll = async (opened: Opened): Promise<void> => {
  for (const part of opened.toReversed()) await part.close();
};

const readPem = (variable: string, path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new MediaConfigError(`${variable} names a file that cannot be read: ${why}.`);
  });

type Opened = { close(): Promise<void> }[];

/** In the directory the node is found once its link stands; it leaves it first of all. */
const openDirectory = async (
  { redisUrl, linkUrl: url }: MediaConfig,
  { nodeId, readLoad, log }: { nodeId: string; readLoad: () => Promise<MediaLoad>; log: Logger },
): Promise<NodeDirectory | undefined> => {
  if (redisUrl === undefined || url === undefined) return undefined;
  const node = { nodeId, url, startedAt: new Date().toISOString() };
  return createNodeDirectory({ redisUrl, node, readLoad, log }).catch((error: unknown) => {
    const { host } = new URL(redisUrl);
    throw new MediaConfigError(
      `REDIS_URL names ${host}, which does not answer. Start it, or correct REDIS_URL.`,
      {
        cause: error,
      },
    );
  });
};

/** Opens the node, then its link; what was opened before a failure is in `opened`, to be closed in the reverse order. */
const open = async (opened: Opened, stopping: AbortSignal): Promise<MediaLinkServer> => {
  const config = readMediaConfig(process.env);
  const { tlsFiles, ...place } = config.link;
  const nodeId = randomUUID();
  // Redis' refusals repeat the command, which may be AUTH.
  const redact = { paths: ['err.command.args', 'err.aggregateErrors[*].command.args'], censor: '[redacted]' };
  const log = pino({ level: config.logLevel, redact }).child({ nodeId });
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  const tls = tlsFiles && {
    cert: await readPem('MEDIA_LINK_CERT', tlsFiles.cert),
    key: await readPem('MEDIA_LINK_KEY', tlsFiles.key),
  };
  let readLoad = async (): Promise<MediaLoad> => ({ rooms: 0, peers: 0 });
  const directory = await openDirectory(config, { nodeId, readLoad: () => readLoad(), log });
  if (directory) opened.push(directory);
  const media = await createMediaNode({
    ...config.node,
    leases: directory,
    stopping,
    log: log.child({ part: 'media' }),
  });
  opened.push(media);
  readLoad = createLoadReader(media);
  const server = await createMediaLinkServer({
    ...place,
    media,
    nodeId,
    tls,
    log: log.child({ part: 'link' }),
  });
  opened.push(server);
  if (directory) {
    directory.register();
    opened.push({ close: () => directory.unregister() });
  }
  return server;
};

const stopOnSignals = (opened: Opened, started: Promise<unknown>, stopping: AbortController): void => {
  const stop = () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    setTimeout(() => process.exit(1), shutdownDeadlineMs).unref();
    // What is still being opened cannot be closed.
    void Promise.allSettled([started])
      .then(() => closeAll(opened))
      .then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
};

/** Failures that a person can mend are one line; anything else is a defect and shown whole. */
const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof MediaConfigError) return error.message;
  if (/EADDRINUSE|address already in use/.test(error.message)) {
    return `${error.message}. Another program has the port: stop it, or set MEDIA_LINK_PORT (and MEDIA_PORT) to a free one.`;
  }
  if (/EADDRNOTAVAIL|ENOTFOUND/.test(error.message)) {
    return `${error.message}. MEDIA_LINK_HOST must be an address of this machine.`;
  }
  if ('code' in error && /^ERR_(OSSL|SSL|TLS)/.test(String(error.code))) {
    return `${error.message}. MEDIA_LINK_CERT and MEDIA_LINK_KEY must be PEM, and belong to each other.`;
  }
  return error.stack ?? error.message;
};

const start = async (): Promise<void> => {
  const opened: Opened = [];
  const stopping = new AbortController();
  const starting = open(opened, stopping.signal);
  stopOnSignals(opened, starting, stopping);
  try {
    const { url } = await starting;
    console.log(`The media node is ready at ${url}`);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
};

start().catch((error: unknown) => {
  console.error(`The media node could not start. ${explain(error)}`);
  process.exit(1);
});
