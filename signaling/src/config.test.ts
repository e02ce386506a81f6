import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('the configuration', () => {
  it('needs nothing: loopback, port 8080, data beside the program', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: undefined,
      redisUrl: undefined,
      jwtExpiresIn: '7d',
      media: { firstPort: 40_000, announcedAddresses: [] },
      turn: undefined,
    });
  });

  it('listens on every interface once a secret is set, or with --lan, or where HOST says', () => {
    expect(readConfig({ JWT_SECRET: 'long enough to be a secret' }).host).toBe('::');
    expect(readConfig({}, ['--lan']).host).toBe('::');
    expect(readConfig({ HOST: '10.0.0.1' }, ['--lan']).host).toBe('10.0.0.1');
  });

  it('prefers PORT to API_PORT', () => {
    expect(readConfig({ API_PORT: '9000' }).port).toBe(9000);
    expect(readConfig({ API_PORT: '9000', PORT: '9001' }).port).toBe(9001);
  });

  it.each([
    '<secret>',
    'change-me',
    'changeme',
    'ReplaceMe',
    'CHANGE_ME_please_now',
    'your-secret-here',
    'replace_with_random',
    'secret',
    '',
  ])('takes %j for unset', (value) => {
    expect(readConfig({ JWT_SECRET: value }).jwtSecret).toBeUndefined();
    expect(() => readConfig({ JWT_SECRET: value, NODE_ENV: 'production' })).toThrow(/JWT_SECRET/);
  });

  it.each([
    ['PORT', 'abc'],
    ['PORT', '70000'],
    ['MEDIA_PORT', '65536'],
    ['MEDIA_WORKERS', '0'],
    ['DATABASE_URL', 'mysql://x'],
    ['REDIS_URL', 'localhost'],
    ['MEDIA_URL', 'http://localhost:8090'],
    ['JWT_SECRET', 'too short'],
    ['JWT_EXPIRES_IN', 'soon'],
    ['ACCESS_TOKEN_TTL_S', '15m'],
    ['REGISTRATION', 'sometimes'],
    ['CORS_ORIGIN', '*'],
    ['TRUST_PROXY', 'everyone'],
    ['LOG_LEVEL', 'loud'],
    ['RATE_LIMIT_AUTH_PER_MINUTE', '-1'],
  ])('names %s where it is %j', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(name));
  });

  it('uses the media node that MEDIA_URL names, with its secret', () => {
    const MEDIA_SECRET = 'long-enough-to-be-a-secret';
    expect(readConfig({ MEDIA_SECRET }).mediaLink).toBeUndefined();
    expect(readConfig({ MEDIA_SECRET, MEDIA_URL: 'wss://media.example:8090' }).mediaLink).toEqual({
      source: { kind: 'node', url: 'wss://media.example:8090' },
      secret: MEDIA_SECRET,
      caFile: undefined,
    });
    for (const secret of ['', '<secret>', 'too-short', 'with spaces in between']) {
      const env = { MEDIA_URL: 'ws://127.0.0.1:8090', MEDIA_SECRET: secret };
      expect(() => readConfig(env)).toThrow(/MEDIA_SECRET/);
    }
    expect(() => readConfig({ MEDIA_SECRET }, ['--without-media'])).toThrow(/MEDIA_URL/);
  });

  it('uses the media nodes that register in Redis where it runs without one and none is named', () => {
    const env = { MEDIA_SECRET: 'long-enough-to-be-a-secret', REDIS_URL: 'redis://127.0.0.1:6379' };
    const directory = { kind: 'directory', redisUrl: env.REDIS_URL };
    expect(readConfig(env, ['--without-media']).mediaLink?.source).toEqual(directory);
    expect(readConfig(env).mediaLink).toBeUndefined();
    const named = readConfig({ ...env, MEDIA_URL: 'ws://127.0.0.1:8090' }, ['--without-media']);
    expect(named.mediaLink?.source.kind).toBe('node');
  });

  it('wants TURN_SECRET with a relay, and room above MEDIA_PORT for each worker', () => {
    expect(() => readConfig({ TURN_URLS: 'turn:relay.example:3478' })).toThrow(/TURN_SECRET/);
    expect(() => readConfig({ MEDIA_PORT: '65535', MEDIA_WORKERS: '2' })).toThrow(/MEDIA_PORT/);
    expect(() => readConfig({}, ['--wan'])).toThrow(/--wan/);
  });
});

describe('files', () => {
  const s3 = {
    S3_ENDPOINT: 'https://s3.example:9000/',
    S3_BUCKET: 'team-files',
    S3_ACCESS_KEY_ID: 'an id',
    S3_SECRET_ACCESS_KEY: 'a key',
  };

  it('are on this disk, of 25 MiB at most and 1 GiB a person, and leave 1 GiB of it free', () => {
    expect(readConfig({}).attachments).toEqual({
      maxBytes: 26_214_400,
      quotaBytes: 1_073_741_824,
      totalBytes: undefined,
      minFreeBytes: 1_073_741_824,
      s3: undefined,
    });
    expect(() => readConfig({ ATTACHMENT_MAX_BYTES: '0' })).toThrow('ATTACHMENT_MAX_BYTES');
    const { attachments } = readConfig({ ATTACHMENT_TOTAL_BYTES: '5', ATTACHMENT_MIN_FREE_BYTES: '0' });
    expect([attachments.totalBytes, attachments.minFreeBytes]).toEqual([5, 0]);
    expect(() => readConfig({ ATTACHMENT_TOTAL_BYTES: '0' })).toThrow('ATTACHMENT_TOTAL_BYTES');
  });

  it('are in an object storage where all of it is named', () => {
    expect(readConfig(s3).attachments.s3).toEqual({
      endpoint: 'https://s3.example:9000',
      region: 'us-east-1',
      bucket: 'team-files',
      accessKeyId: 'an id',
      secretAccessKey: 'a key',
    });
    for (const name of Object.keys(s3)) expect(() => readConfig({ ...s3, [name]: '' })).toThrow('all four');
    expect(() => readConfig({ ...s3, S3_BUCKET: '../x' })).toThrow('S3_BUCKET');
    expect(() => readConfig({ ...s3, S3_ENDPOINT: 'ftp://x' })).toThrow('S3_ENDPOINT');
  });

  it('previews are fetched unless that is switched off', () => {
    expect(readConfig({}).hasLinkPreviews).toBe(true);
    expect(readConfig({ LINK_PREVIEWS: 'off' }).hasLinkPreviews).toBe(false);
    expect(() => readConfig({ LINK_PREVIEWS: 'perhaps' })).toThrow('LINK_PREVIEWS');
    expect(readConfig({ LINK_PREVIEW_PICTURE_BYTES: '0' }).previewPictureBytes).toBe(0);
    expect(() => readConfig({ LINK_PREVIEW_PICTURE_BYTES: '-1' })).toThrow('LINK_PREVIEW_PICTURE_BYTES');
  });
});
