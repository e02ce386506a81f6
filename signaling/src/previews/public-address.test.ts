import { expect, it } from 'vitest';
import { isPublicAddress } from './public-address.ts';

const inside = [
  ['this machine', ['127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '::']],
  ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1']],
  ['this link', ['169.254.1.1', 'fe80::1', 'fe80::1%eth0']],
  ['the metadata of clouds', ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192']],
  ['a carrier’s', ['100.64.0.1', '100.127.255.255']],
  ['many', ['224.0.0.1', '239.255.255.255', 'ff02::1']],
  [
    'reserved',
    ['0.1.2.3', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '255.255.255.255'],
  ],
  ['another address within', ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::127.0.0.1']],
  ['behind NAT64', ['64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1']],
  ['behind 6to4 and Teredo', ['2002:7f00:1::', '2002:a00:1::1', '2001:0:1::1']],
  ['nobody’s', ['2001:db8::1', 'fec0::1', '100::1', '4000::1', '5f00::1']],
  ['no address', ['', 'localhost', '127.1', '1.2.3', '0x7f.1', '1.2.3.4.5', ' 8.8.8.8 ']],
] as const;

it.each(inside.flatMap(([what, addresses]) => addresses.map((address) => [address, what] as const)))(
  '%s is not on the internet: %s',
  (address) => {
    expect(isPublicAddress(address)).toBe(false);
  },
);

it.each([
  '8.8.8.8',
  '1.1.1.1',
  '93.184.216.34',
  '172.32.0.1',
  '2606:4700::1111',
  '2a00:1450:4010::64',
  '::ffff:8.8.8.8',
])('%s is on the internet', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});
