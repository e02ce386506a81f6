import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../test/until.ts';
import { createVoiceRig } from '../../test/voice-rig.ts';
import { createCertificateSource } from './certificate.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/** A browser whose certificates end when the test says so. */
const stubBrowser = (made: { expires: number; getFingerprints?: () => RTCDtlsFingerprint[] }[]) => {
  const generateCertificate = vi.fn(async () => made.shift());
  vi.stubGlobal('RTCPeerConnection', { generateCertificate });
  return generateCertificate;
};

const certificate = (expires: number, value = 'ab:cd') => ({
  expires,
  getFingerprints: () => [
    { algorithm: 'sha-1', value: '00' },
    { algorithm: 'sha-256', value },
  ],
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the certificate of a call', () => {
  it('is made once, and told in the form that a server compares', async () => {
    const generate = stubBrowser([certificate(Date.now() + 30 * dayMs)]);
    const source = createCertificateSource();
    const [first, second] = [await source(), await source()];
    expect(first).toBe(second);
    expect(first?.dtlsParameters).toEqual({
      role: 'client',
      fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }],
    });
    expect(generate).toHaveBeenCalledTimes(1);
  });

  it('is made anew before it ends', async () => {
    stubBrowser([certificate(Date.now() + dayMs / 2), certificate(Date.now() + 30 * dayMs, 'ef')]);
    const source = createCertificateSource();
    await source();
    expect((await source())?.dtlsParameters.fingerprints[0]?.value).toBe('EF');
  });

  it('is none where the browser makes none, or does not say its fingerprint', async () => {
    expect(await createCertificateSource()()).toBeNull();
    stubBrowser([{ expires: Date.now() + 30 * dayMs }]);
    expect(await createCertificateSource()()).toBeNull();
  });

  it('is made ready before the click, and nothing is asked of the server for it', async () => {
    const getCertificate = vi.fn(async () => null);
    const rig = await createVoiceRig({ getCertificate });
    await rig.client.voice.prepare();
    expect(getCertificate).toHaveBeenCalledTimes(1);
    expect(rig.typesSeen()).toEqual([]);
    expect(rig.client.voice.state.get().status).toBe('idle');
    await rig.close();
  });

  it('is told with the join, and no transport asks to be connected', async () => {
    const made = { expires: Date.now() + 30 * dayMs } as RTCCertificate;
    const dtlsParameters = {
      role: 'client' as const,
      fingerprints: [{ algorithm: 'sha-256' as const, value: Array(32).fill('AB').join(':') }],
    };
    const rig = await createVoiceRig({ getCertificate: async () => ({ certificate: made, dtlsParameters }) });
    await rig.client.voice.join('general');
    await until(rig.client.voice.state, ({ status }) => status === 'connected');
    const { payload } = await rig.server.waitForRequest('voice.join');
    expect(payload.dtlsParameters).toEqual(dtlsParameters);
    expect(rig.typesSeen()).toEqual(['voice.join', 'voice.produce']);
    await rig.close();
  });
});
