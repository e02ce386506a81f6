import { describe, expect, it } from 'vitest';
import { deriveKey, encryptPacket } from './srtp.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('SRTP', () => {
  it('derives the session keys of RFC 3711, appendix B.3', () => {
    const master = {
      key: hex('E1F97A0D3E018BE0D64FA32C06DE4139'),
      salt: hex('0EC675AD498AFEEBB6960B3AABE6'),
    };
    expect(deriveKey(master, 0, 16)).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(deriveKey(master, 2, 14)).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
  });

  it('encrypts the packet of RFC 7714, section 16.1.1', () => {
    const packet = Buffer.concat([
      hex('8040f17b 8041f8d3 5501a0b2'),
      Buffer.from('Gallia est omnis divisa in partes tres'),
    ]);
    const session = { key: hex('000102030405060708090a0b0c0d0e0f'), salt: hex('517569642070726f2071756f') };
    expect(encryptPacket(packet, session).toString('hex')).toBe(
      '8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833' +
        '899d7f27beb16a9152cf765ee4390cce',
    );
  });
});
