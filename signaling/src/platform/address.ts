import ipaddr from 'ipaddr.js';

/** The four groups of an address's network, none of them left out. */
const networkOf = (address: ipaddr.IPv6): string =>
  address.parts
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');

/** As some proxies write it: `203.0.113.7:51234`, `[2001:db8::1]:51234`. */
const withPort = /^\[?([^\]]+?)\]?(?::\d+)?$/;

/**
 * An address for counting: whoever has one IPv6 address has its whole /64. An IPv4 address is one, also where a socket that
 * hears both writes it as IPv6. A port is nobody: each connection has another. All that is no address is one.
 */
export const countingKey = (address: string): string => {
  const bare = ipaddr.isValid(address) ? address : (withPort.exec(address)?.[1] ?? '');
  if (!ipaddr.isValid(bare)) return 'unknown';
  // Unwraps IPv4 that is written as IPv6.
  const known = ipaddr.process(bare);
  return known instanceof ipaddr.IPv6 ? `${networkOf(known)}::/64` : known.toString();
};
