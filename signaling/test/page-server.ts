import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { createMetrics } from '../src/platform/metrics.ts';
import { quietLog } from './log.ts';
import { roomyLimits } from './roomy-limits.ts';

interface Ask {
  method?: string;
  headers?: Record<string, string>;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As it came over the wire, nothing decompressed. */
  body: Buffer;
}

export interface PageServer {
  ask(path: string, options?: Ask): Promise<Answer>;
  close(): Promise<void>;
}

/** By the path as it is given: `fetch` would normalize it, and would choose encodings of its own. */
const ask = (port: number, path: string, { method = 'GET', headers = {} }: Ask): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers: received } = response;
        resolve({ status: statusCode, headers: received, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });

/**
 * What every server has before its features: headers, limits, the page and the API documents. No database, no media.
 * @param files the page's, by their path, as a build leaves them.
 */
export const startPageServer = async (
  files: Record<string, string | Buffer>,
  env: Record<string, string> = {},
): Promise<PageServer> => {
  const pageRoot = mkdtempSync(join(tmpdir(), 'boltorezka-page-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(pageRoot, path)), { recursive: true });
    writeFileSync(join(pageRoot, path), content);
  }
  const config = readConfig({ ...roomyLimits, ...env });
  const app = await createApp({ config, log: quietLog, metrics: createMetrics(), pageRoot });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    ask: (path, options = {}) => ask(port, path, options),
    close: async () => {
      await app.close();
      rmSync(pageRoot, { recursive: true, force: true });
    },
  };
};
