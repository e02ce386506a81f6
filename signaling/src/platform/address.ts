import { isIPv6 } from 'node:net';

/** An address for counting: whoever has one IPv6 address has its whole /64. */
export const countingKey = (address: string): string =>
  isIPv6(address) ? new URL(`http://[${address}]`).hostname.split(':').slice(0, 4).join(':') : address;
