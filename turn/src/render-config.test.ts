import { describe, expect, it } from 'vitest';
import { renderTurnConfig, type TurnConfig, TurnConfigError } from './render-config.ts';

const good: TurnConfig = {
  secret: 'kM3$&uYw-0123456789=',
  realm: 'turn.example',
  listeningIps: [],
  relayIps: [],
  listeningPort: 3478,
  minPort: 49_160,
  maxPort: 49_169,
  allowedPeers: ['198.51.100.7', '10.0.0.7', '2001:db8::7'],
  coturnVersion: '4.6.1',
  stateDir: '/run/turn',
};

const render = (change: Partial<TurnConfig> = {}): string[] =>
  renderTurnConfig({ ...good, ...change })
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

const named = (lines: string[], name: string): string[] =>
  lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));

const mappedRange = '::ffff:0.0.0.0-::ffff:255.255.255.255';

describe('the configuration of the relay', () => {
  it('denies everything but the media node', () => {
    const lines = render();
    expect(named(lines, 'allowed-peer-ip')).toEqual(good.allowedPeers);
    expect(named(lines, 'denied-peer-ip')).toEqual(
      expect.arrayContaining(['0.0.0.0-255.255.255.255', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']),
    );
    expect(lines).toEqual(
      expect.arrayContaining(['no-multicast-peers', 'no-tcp-relay', 'no-cli', 'use-auth-secret']),
    );
    for (const never of [
      'allow-loopback-peers',
      'mobility',
      'server-relay',
      'no-auth',
      'web-admin',
      'cli-port',
    ]) {
      expect(lines.join('\n')).not.toMatch(new RegExp(`^${never}`, 'm'));
    }
  });

  it.each(['4.6.1', '4.8.0', 'Version Coturn-4.5.2 dan Eider'])(
    'works around CVE-2026-27624 in %s',
    (coturnVersion) => {
      expect(named(render({ coturnVersion }), 'denied-peer-ip')).toEqual(
        expect.arrayContaining(['::0', mappedRange]),
      );
    },
  );

  it.each(['4.9.0', '4.13.1', '5.0'])('does not where it is fixed, as in %s', (coturnVersion) => {
    const denied = named(render({ coturnVersion }), 'denied-peer-ip');
    expect(denied).not.toContain('::0');
    expect(denied).not.toContain(mappedRange);
    expect(denied).toHaveLength(2);
  });

  it('limits answers to the unauthenticated where coturn can', () => {
    expect(render({ coturnVersion: '4.14.0' })).toContain('unauthorized-ratelimit');
    expect(render({ coturnVersion: '4.13.1' })).not.toContain('unauthorized-ratelimit');
  });

  it('writes values as they are, and a reason for each', () => {
    expect(named(render(), 'static-auth-secret')).toEqual([good.secret]);
    const text = renderTurnConfig(good);
    expect(text).not.toContain('{{');
    for (const paragraph of text.split('\n\n')) expect(paragraph).toMatch(/^# /);
  });

  it('listens where it is told, and everywhere where it is not', () => {
    expect(named(render(), 'listening-ip')).toEqual([]);
    const lines = render({ listeningIps: ['192.0.2.1', 'fd00::1'], externalIp: '203.0.113.1/192.0.2.1' });
    expect(named(lines, 'listening-ip')).toEqual(['192.0.2.1', 'fd00::1']);
    expect(named(lines, 'external-ip')).toEqual(['203.0.113.1/192.0.2.1']);
  });

  it('offers TLS with a certificate, and not without', () => {
    expect(render()).toContain('no-tls');
    const lines = render({ tls: { cert: '/etc/tls/cert.pem', key: '/etc/tls/key.pem', port: 5349 } });
    expect(lines).not.toContain('no-tls');
    expect(lines).toEqual(
      expect.arrayContaining(['cert=/etc/tls/cert.pem', 'pkey=/etc/tls/key.pem', 'no-tlsv1_1']),
    );
  });

  it('lets all relay ports be used, each with its share', () => {
    const lines = render({ quotas: { maxBytesPerS: 1000, perUser: 3 } });
    expect(named(lines, 'user-quota')).toEqual(['3']);
    expect(named(lines, 'total-quota')).toEqual(['10']);
    expect(named(lines, 'bps-capacity')).toEqual(['10000']);
  });

  const bad: [string, Partial<TurnConfig>, RegExp][] = [
    ['no secret', { secret: '' }, /secret: not set/],
    ['a placeholder', { secret: '<secret>' }, /secret: not set, or still a placeholder/],
    ['a short secret', { secret: 'tooshort' }, /secret: too short/],
    [
      'a secret with a line of its own',
      { secret: '0123456789abcdef\nallow-loopback-peers' },
      /secret: may hold/,
    ],
    ['a secret that begins with =', { secret: '=0123456789abcdef' }, /nor begin with =/],
    ['a secret with quotes', { secret: '"0123456789abcdef"' }, /secret: may not hold quotes/],
    ['a realm with a line of its own', { realm: 'a\ncli-port=1' }, /realm/],
    ['a host name to listen on', { listeningIps: ['localhost'] }, /listening address "localhost": is no IP/],
    ['a zone', { relayIps: ['fe80::1%eth0'] }, /relay address/],
    ['an impossible address', { externalIp: '300.1.1.1' }, /external address/],
    ['two families as one', { externalIp: '203.0.113.1/fd00::1' }, /external address/],
    ['an impossible port', { listeningPort: 0 }, /listening port/],
    ['half a port', { minPort: 49_160.5 }, /first relay port/],
    ['ports the wrong way round', { minPort: 50_000, maxPort: 49_000 }, /end before they begin/],
    ['no peer', { allowedPeers: [] }, /allowed peers: none/],
    ['a range of peers', { allowedPeers: ['10.0.0.0-10.255.255.255'] }, /not an IP address/],
    ['a quota of nothing', { quotas: { perUser: 0 } }, /quota perUser/],
    ['a relative path', { stateDir: 'run' }, /state directory/],
    [
      'a certificate with a line of its own',
      { tls: { cert: '/a\nb', key: '/k', port: 1 } },
      /TLS certificate/,
    ],
  ];

  it.each(bad)('refuses %s', (_name, change, message) => {
    expect(() => render(change)).toThrow(TurnConfigError);
    expect(() => render(change)).toThrow(message);
  });

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'fe80::1',
    'ff02::1',
  ])('does not let %s be a peer', (peer) => {
    expect(() => render({ allowedPeers: ['198.51.100.7', peer] })).toThrow(`allowed peer "${peer}"`);
  });

  it('names everything that is wrong at once', () => {
    expect(() => render({ secret: '', realm: '', listeningPort: -1 })).toThrow(
      /secret[\s\S]*realm[\s\S]*listening port/,
    );
  });
});
