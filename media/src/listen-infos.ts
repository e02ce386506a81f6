import { networkInterfaces } from 'node:os';
import type { TransportListenInfo } from 'mediasoup/types';

/** Enough for a machine with a few networks; every address is one more candidate for each client to probe. */
const maxAddresses = 4;

/**
 * The addresses of this machine that a browser may reach it by: loopback, for a browser on the same machine, and each
 * network's. Link-local IPv6 needs a zone that candidates cannot carry, so it is left out.
 */
export const localAddresses = (): string[] => {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const outer = all
    .filter((entry) => !entry.internal && !entry.address.startsWith('fe80:'))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map((entry) => entry.address);
  return [...new Set([...outer.slice(0, maxAddresses), '127.0.0.1'])];
};

/**
 * What one worker's WebRtcServer listens on: one port, UDP and TCP, for each address.
 * @param announced public addresses (IP or host name) that stand in front of this machine; empty: its own addresses.
 */
export const createListenInfos = (port: number, announced: string[]): TransportListenInfo[] => {
  const protocols = ['udp', 'tcp'] as const;
  if (announced.length === 0) {
    return localAddresses().flatMap((ip) => protocols.map((protocol) => ({ protocol, ip, port })));
  }
  const isV6 = (address: string) => address.includes(':');
  // One wildcard socket per family: a second announced address of the same family could not bind the port again.
  const firstOfFamily = [announced.find((a) => !isV6(a)), announced.find(isV6)].filter(
    (a) => a !== undefined,
  );
  return firstOfFamily.flatMap((announcedAddress) =>
    protocols.map((protocol) => ({
      protocol,
      ip: isV6(announcedAddress) ? '::' : '0.0.0.0',
      port,
      announcedAddress,
      ...(isV6(announcedAddress) ? { flags: { ipv6Only: true } } : {}),
    })),
  );
};
