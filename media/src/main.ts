import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { MediaConfigError, readMediaConfig } from './config.ts';
import { createMediaLinkServer, createMediaNode, type MediaLinkServer } from './index.ts';

/** The promise of the runtime contract is ten seconds; what hangs is given up before. */
const shutdownDeadlineMs = 9_000;

const closeAll = async (opened: { close(): Promise<void> }[]): Promise<void> => {
  for (const part of opened.toReversed()) await part.close();
};

const readPem = (variable: string, path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new MediaConfigError(`${variable} names a file that cannot be read: ${why}.`);
  });

/** Opens the node, then its link; what was opened before a failure is in `opened`, to be closed. */
const open = async (opened: { close(): Promise<void> }[]): Promise<MediaLinkServer> => {
  const { node, link, logLevel } = readMediaConfig(process.env);
  const log = pino({ level: logLevel });
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  const { tlsFiles, ...place } = link;
  const tls = tlsFiles && {
    cert: await readPem('MEDIA_LINK_CERT', tlsFiles.cert),
    key: await readPem('MEDIA_LINK_KEY', tlsFiles.key),
  };
  const media = await createMediaNode({ ...node, log: log.child({ part: 'media' }) });
  opened.push(media);
  const nodeId = randomUUID();
  const server = await createMediaLinkServer({
    ...place,
    media,
    nodeId,
    tls,
    log: log.child({ part: 'link', nodeId }),
  });
  opened.push(server);
  return server;
};

const stopOnSignals = (opened: { close(): Promise<void> }[], started: Promise<unknown>): void => {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
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
  const opened: { close(): Promise<void> }[] = [];
  const starting = open(opened);
  stopOnSignals(opened, starting);
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
