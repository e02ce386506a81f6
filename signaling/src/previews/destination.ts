import { isIP } from 'node:net';
import type { Resolve } from './resolve.ts';

/** The page cannot be had, or must not be asked for; which of them is nobody's business but the log's. */
export class NoPageError extends Error {
  override name = 'NoPageError';
}

export interface Destination {
  url: URL;
  /** Where the connection goes: a name is not asked for again. */
  address: string;
  port: number;
  /** As the certificate names it; none of an address. */
  serverName: string | undefined;
}

export interface DestinationRules {
  resolve: Resolve;
  isPublic: (address: string) => boolean;
  ports: ReadonlySet<number>;
}

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** The address that a host is, or those that its name has now. */
const addressesOf = async (hostname: string, resolve: Resolve): Promise<string[]> => {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? resolve(hostname) : [bare];
};

/**
 * Where a page may be asked for.
 * @throws NoPageError where the address is not on the internet, or one of several is not: whoever owns the name chooses which
 * is taken.
 */
export const destinationOf = async (url: URL, rules: DestinationRules): Promise<Destination> => {
  const port = url.port === '' ? defaultPorts[url.protocol] : Number(url.port);
  if (port === undefined || defaultPorts[url.protocol] === undefined) throw new NoPageError('not http');
  if (!rules.ports.has(port)) throw new NoPageError('not a port of the web');
  if (url.username !== '' || url.password !== '') throw new NoPageError('it holds credentials');
  const addresses = await addressesOf(url.hostname, rules.resolve);
  const [address] = addresses;
  if (address === undefined) throw new NoPageError('no address');
  if (!addresses.every(rules.isPublic)) throw new NoPageError('not a public address');
  const isName = isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0;
  return { url, address, port, serverName: isName ? url.hostname : undefined };
};
