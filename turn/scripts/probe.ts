// `node turn/scripts/probe.ts [URL…]`: asks a relay for an allocation, as a client would, and says what it got. Without
// arguments the URLs of TURN_URLS; with --own the relay that turn/scripts/run.ts starts in this environment. The
// credentials are minted with TURN_SECRET. Ends with 0 if all of them relay.
import { mintTurnCredentials, type ProbeReport, probeTurn } from '../src/index.ts';
import { ownUrl } from '../src/turn-url.ts';
import { readTurnConfig } from './environment.ts';

const ttlS = 60;
const timeoutMs = 5_000;

const describe = (url: string, { outcome, allocation, error, tookMs }: ProbeReport): string => {
  if (!allocation) return `✘ ${url} — ${outcome}: ${error} (${tookMs} ms)`;
  const { relayed, mapped, lifetimeS, software } = allocation;
  const from = `relays from ${relayed.address} port ${relayed.port} for ${lifetimeS} s`;
  const seen = mapped ? `, sees you as ${mapped.address} port ${mapped.port}` : '';
  const named = software ? `; says that it is ${software}` : '';
  return `✔ ${url} — ${from}${seen} (${tookMs} ms)${named}`;
};

const probeAll = async (urls: string[], secret: string): Promise<number> => {
  const reports = await Promise.all(
    urls.map((url) => {
      const credentials = mintTurnCredentials({ secret, userId: 'probe', ttlS });
      return probeTurn({ url, credentials, timeoutMs });
    }),
  );
  for (const [index, report] of reports.entries()) console.log(describe(urls[index] ?? '', report));
  return reports.every(({ outcome }) => outcome === 'relays') ? 0 : 1;
};

const namedUrls = (): string[] => {
  const named = process.argv.slice(2);
  if (named.includes('--own')) return [ownUrl(readTurnConfig(process.env, '/'))];
  return named.length > 0 ? named : (process.env.TURN_URLS ?? '').split(',');
};

const urls = namedUrls()
  .map((url) => url.trim())
  .filter((url) => /^turns?:/i.test(url));
const secret = process.env.TURN_SECRET?.trim();

if (urls.length === 0 || !secret) {
  console.error(
    'Set TURN_SECRET, and TURN_URLS or arguments: node turn/scripts/probe.ts turn:host:3478?transport=udp',
  );
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await probeAll(urls, secret);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
