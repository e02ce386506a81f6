import ipaddr from 'ipaddr.js';

/** The four groups of an address's network, none of them left out. */
const networkOf = (address: ipaddr.IPv6): string =>
  address.parts
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');

/**
 * An address for counting: whoever has one IPv6 address has its whole /64. An IPv4 address is one, also where a socket that
 * hears both writes it as IPv6.
 */
export const countingKey = (address: string): string => {
  if (!ipaddr.isValid(address)) return address;
  // Unwraps IPv4 that is written as IPv6.
  const known = ipaddr.process(address);
  return known instanceof ipaddr.IPv6 ? `${networkOf(known)}::/64` : known.toString();
};
