import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What IANA has given out for the internet (RFC 4291, 2.4); the rest of IPv6 is not, or not yet, anybody's. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * An address that anybody on the internet could reach. All that is private, of this machine, of this link, shared by a
 * carrier, reserved, or carries another address within it (mapped, NAT64, 6to4, Teredo) is not.
 */
export const isPublicAddress = (text: string): boolean => {
  // The library also takes `1.2.3` and `0x7f.1` for addresses.
  if (isIP(text) === 0 || !ipaddr.isValid(text)) return false;
  // A mapped IPv4 address is what it maps.
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv6 ? address.match(globalUnicast) : true;
};
