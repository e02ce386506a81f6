import type { TurnProtocol, TurnServerAddress } from './turn-transport.ts';

interface OwnAddress {
  listeningIps: string[];
  listeningPort: number;
}

const format = /^(turns?):(\[[0-9a-f:.]+\]|[^:?[\]/]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/i;

const protocolOf = (isSecure: boolean, transport: string | undefined): TurnProtocol => {
  if (isSecure) return 'tls';
  return transport === 'tcp' ? 'tcp' : 'udp';
};

/**
 * A TURN URL as browsers take it (RFC 7065).
 * @throws Error where it is none.
 */
export const parseTurnUrl = (url: string): TurnServerAddress => {
  const match = format.exec(url);
  if (!match) throw new Error(`"${url}" is no TURN URL; write turn:host:3478?transport=udp`);
  const isSecure = match[1]?.toLowerCase() === 'turns';
  const transport = match[4]?.toLowerCase();
  if (isSecure && transport === 'udp')
    throw new Error(`"${url}" asks for DTLS, which the relay does not offer`);
  const port = Number(match[3] ?? (isSecure ? 5349 : 3478));
  if (port < 1 || port > 65_535) throw new Error(`"${url}" has no possible port`);
  return { protocol: protocolOf(isSecure, transport), host: (match[2] ?? '').replace(/[[\]]/g, ''), port };
};

/** Where a relay of this configuration is asked on its own machine; by TCP, which says at once that nobody is there. */
export const ownUrl = ({ listeningIps, listeningPort }: OwnAddress): string => {
  const ip = listeningIps[0] ?? '127.0.0.1';
  return `turn:${ip.includes(':') ? `[${ip}]` : ip}:${listeningPort}?transport=tcp`;
};
