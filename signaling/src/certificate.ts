import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface Certificate {
  key: string;
  cert: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Apple's clients refuse certificates that live longer than 825 days. */
const validDays = 800;

/** The addresses that others on the network can open, IPv4 first. */
export const lanAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.internal && !entry.address.startsWith('fe80:'))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);

const covers = (certificate: X509Certificate, addresses: string[]): boolean =>
  Date.parse(certificate.validTo) - Date.now() > 30 * dayMs &&
  // IPv6 privacy addresses change every day: for them alone nobody shall have to accept a certificate again.
  addresses.filter(isIPv4).every((address) => certificate.checkIP(address) !== undefined);

const readKept = async (folder: string): Promise<Certificate | undefined> => {
  try {
    const [key, cert] = await Promise.all([
      readFile(join(folder, 'key.pem'), 'utf8'),
      readFile(join(folder, 'cert.pem'), 'utf8'),
    ]);
    // A crash between the two writes leaves a pair that does not fit.
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { key, cert } : undefined;
  } catch {
    return undefined;
  }
};

const make = async (addresses: string[]): Promise<Certificate> => {
  const names = ['localhost', hostname()].map((value) => ({ type: 2 as const, value }));
  const ips = ['127.0.0.1', '::1', ...addresses].map((ip) => ({ type: 7 as const, ip }));
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'Boltorezka' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + validDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...names, ...ips] },
    ],
  });
  return { key, cert };
};

/** A certificate of our own for this machine's addresses: browsers give a microphone to secure pages only. */
export const keepCertificate = async (dataDir: string, addresses: string[]): Promise<Certificate> => {
  const folder = join(dataDir, 'tls');
  const kept = await readKept(folder);
  if (kept && covers(new X509Certificate(kept.cert), addresses)) return kept;
  const certificate = await make(addresses);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'key.pem'), certificate.key, { mode: 0o600 });
  await writeFile(join(folder, 'cert.pem'), certificate.cert);
  return certificate;
};
