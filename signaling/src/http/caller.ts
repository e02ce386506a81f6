import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { countingKey } from '../platform/address.ts';

/** How a request came, for features that look at more than its contract. */
export interface Caller {
  headers: IncomingHttpHeaders;
  /** Whose request it is, as addresses are counted: behind a proxy that is trusted, whoever asked that one. */
  address: string;
  /** Who holds the other end of the connection: a proxy, where there is one. */
  remoteAddress: string | undefined;
  httpVersion: string;
  /** By HTTPS, as far as this server or a proxy that it trusts can tell. */
  isSecure: boolean;
}

export const toCaller = ({ headers, ip, raw, protocol }: FastifyRequest): Caller => ({
  headers,
  address: countingKey(ip),
  remoteAddress: raw.socket.remoteAddress,
  httpVersion: raw.httpVersion,
  isSecure: protocol === 'https',
});

const forwardingHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

const loopbackHosts = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
const loopbackAddresses = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i;

/**
 * True where nobody has set this server up for others: no secret, no production, no proxy, no page of elsewhere. A proxy
 * that tells nothing of itself, or lets its visitors name the host, looks like this machine; whoever runs one has set
 * something of these.
 */
export const isForThisMachine = ({
  jwtSecret,
  isProduction,
  trustedProxies,
  allowedOrigins,
}: Pick<Config, 'jwtSecret' | 'isProduction' | 'trustedProxies' | 'allowedOrigins'>): boolean =>
  jwtSecret === undefined && !isProduction && trustedProxies.length === 0 && allowedOrigins.length === 0;

/**
 * True where whoever asks sits at this machine: connected from it, under its own name, and through no proxy that shows
 * itself. A page of elsewhere whose name was made to point here (DNS rebinding) names another host.
 */
export const isAtThisMachine = ({ headers, remoteAddress, httpVersion }: Caller): boolean => {
  const { host, origin } = headers;
  if (remoteAddress === undefined || !loopbackAddresses.test(remoteAddress)) return false;
  if (httpVersion === '1.0') return false;
  if (forwardingHeaders.some((name) => headers[name] !== undefined)) return false;
  if (host === undefined || !loopbackHosts.test(host)) return false;
  return origin === undefined || (URL.canParse(origin) && loopbackHosts.test(new URL(origin).host));
};
