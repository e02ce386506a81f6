import { describe, expect, it } from 'vitest';
import { readMediaConfig } from './config.ts';

const MEDIA_SECRET = 'long-enough-to-be-a-secret';

describe('the configuration of a media node', () => {
  it('needs a secret alone, and listens on this machine', () => {
    expect(readMediaConfig({ MEDIA_SECRET })).toMatchObject({
      node: { firstPort: 40_000, announcedAddresses: [], workerBin: undefined },
      link: { host: '127.0.0.1', port: 8090, secret: MEDIA_SECRET, tlsFiles: undefined },
    });
  });

  it.each([undefined, '', ' ', '<secret>', 'change-me-change-me', 'fifteen-letters', 'sixteen с кириллицей'])(
    'takes %j for no secret',
    (secret) => {
      expect(() => readMediaConfig(secret === undefined ? {} : { MEDIA_SECRET: secret })).toThrow(
        /MEDIA_SECRET/,
      );
    },
  );

  it('leaves this machine with TLS, or where somebody answers for the network', () => {
    const MEDIA_LINK_HOST = '10.0.0.1';
    const env = { MEDIA_SECRET, MEDIA_LINK_HOST };
    expect(() => readMediaConfig(env)).toThrow(/MEDIA_LINK_HOST.*MEDIA_LINK_CERT.*MEDIA_LINK_INSECURE/);
    expect(() => readMediaConfig({ ...env, MEDIA_LINK_INSECURE: 'false' })).toThrow(/MEDIA_LINK_HOST/);
    expect(readMediaConfig({ ...env, MEDIA_LINK_INSECURE: 'true' }).link.host).toBe(MEDIA_LINK_HOST);
    const tls = { MEDIA_LINK_CERT: 'cert.pem', MEDIA_LINK_KEY: 'key.pem' };
    expect(readMediaConfig({ ...env, ...tls }).link.tlsFiles).toEqual({ cert: 'cert.pem', key: 'key.pem' });
    for (const host of ['localhost', '::1', '127.0.0.2'])
      expect(readMediaConfig({ ...env, MEDIA_LINK_HOST: host }).link.host).toBe(host);
  });

  it.each([
    ['MEDIA_LINK_PORT', '0'],
    ['MEDIA_LINK_CERT', 'cert.pem'],
    ['MEDIA_LINK_INSECURE', 'yes'],
    ['MEDIA_PORT', '65535'],
    ['MEDIA_WORKERS', 'many'],
    ['LOG_LEVEL', 'loud'],
  ])('names %s where it is %j', (name, value) => {
    expect(() => readMediaConfig({ MEDIA_SECRET, MEDIA_WORKERS: '2', [name]: value })).toThrow(
      new RegExp(name),
    );
  });
});
