import { BlockList, isIP } from 'node:net';

const createBlockList = (subnets: [network: string, prefix: number][]): BlockList => {
  const list = new BlockList();
  for (const [network, prefix] of subnets) {
    list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
};

interface SpecialRange {
  what: string;
  list: BlockList;
}

/** Addresses that are not one machine on a network: each with the words in which it is refused. */
const specialV4: SpecialRange[] = [
  { what: 'loopback, which coturn never relays to', list: createBlockList([['127.0.0.0', 8]]) },
  { what: 'the unspecified address, which means any', list: createBlockList([['0.0.0.0', 8]]) },
  {
    what: 'link-local, where clouds keep their metadata service',
    list: createBlockList([['169.254.0.0', 16]]),
  },
  { what: 'multicast, broadcast or reserved', list: createBlockList([['224.0.0.0', 3]]) },
];

const specialV6: SpecialRange[] = [
  { what: 'loopback, which coturn never relays to', list: createBlockList([['::1', 128]]) },
  { what: 'the unspecified address, which means any', list: createBlockList([['::', 128]]) },
  { what: 'link-local, which needs a zone', list: createBlockList([['fe80::', 10]]) },
  { what: 'multicast', list: createBlockList([['ff00::', 8]]) },
  {
    what: 'IPv4 written as IPv6; write the IPv4 address',
    list: createBlockList([
      ['::', 96],
      ['::ffff:0:0', 96],
      ['64:ff9b::', 96],
      ['64:ff9b:1::', 48],
      ['2002::', 16],
    ]),
  },
];

/** @returns why a relay must not have this address as its peer, or undefined where it may. */
export const explainBadPeer = (address: string): string | undefined => {
  const family = isIP(address);
  if (family === 0) return 'not an IP address';
  // Each family on its own: a BlockList takes an IPv4 address for its IPv6 form too.
  return family === 4
    ? specialV4.find(({ list }) => list.check(address, 'ipv4'))?.what
    : specialV6.find(({ list }) => list.check(address, 'ipv6'))?.what;
};
