import type { DtlsParameters } from '@boltorezka/protocol';

/** A DTLS certificate that both transports of a session use, and what the server is told of it beforehand. */
export interface DtlsCertificate {
  certificate: RTCCertificate;
  dtlsParameters: DtlsParameters;
}

/** Null where the browser cannot make one, or will not say its fingerprint: then each transport tells its own. */
export type CertificateSource = () => Promise<DtlsCertificate | null>;

/** A call may last; a certificate that ends within it would end it. */
const minimumLifeMs = 24 * 60 * 60 * 1_000;

const make = async (): Promise<DtlsCertificate | null> => {
  const { RTCPeerConnection } = globalThis;
  if (typeof RTCPeerConnection?.generateCertificate !== 'function') return null;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const certificate = await RTCPeerConnection.generateCertificate(algorithm).catch(() => null);
  if (!certificate || typeof certificate.getFingerprints !== 'function') return null;
  const fingerprints = certificate
    .getFingerprints()
    .flatMap(({ algorithm: hash, value }) =>
      hash === 'sha-256' && value ? [{ algorithm: 'sha-256' as const, value: value.toUpperCase() }] : [],
    );
  // RFC 8842: whoever answers an ICE-lite server takes the active role, and mediasoup-client always does.
  return fingerprints.length > 0 ? { certificate, dtlsParameters: { role: 'client', fingerprints } } : null;
};

/** One certificate for as long as it is good. */
export const createCertificateSource = (): CertificateSource => {
  let made: Promise<DtlsCertificate | null> = Promise.resolve(null);
  return async () => {
    const current = await made;
    if (current && current.certificate.expires - Date.now() > minimumLifeMs) return current;
    made = make();
    return made;
  };
};
