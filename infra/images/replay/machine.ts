import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../setup/context.mjs';
import { SetupError } from '../../setup/errors.mjs';

/** A suite of packages that this machine's apt knows. */
export interface Suite {
  uri: string;
  suite: string;
  components: string[];
}

/** What the machine lends to what runs in a root, and what no layer keeps: its way to the network. */
export interface Loan {
  env: Record<string, string>;
  /** By name in the folder of what is lent. */
  files: Record<string, string>;
}

/** Where a root finds what is lent; it is in /dev, which is no part of an image. */
export const LOAN_FOLDER = '/dev/lent';

/**
 * The suites of a release among what apt lists, security and updates included.
 * @param lines of `URI suite component`
 */
export const parseSuites = (lines: string, release: string): Suite[] => {
  const found = new Map<string, Suite>();
  for (const line of lines.split('\n')) {
    const [uri = '', suite = '', component = ''] = line.trim().split(/\s+/);
    if (suite !== release && !suite.startsWith(`${release}-`)) continue;
    const entry = found.get(`${uri} ${suite}`) ?? { uri, suite, components: [] };
    if (component && !entry.components.includes(component)) entry.components.push(component);
    found.set(`${uri} ${suite}`, entry);
  }
  return [...found.values()];
};

/** Where this machine itself takes the packages of a release from. */
export const readSuites = async (ctx: Context, release: string): Promise<Suite[]> => {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const args = ['indextargets', '--format', format, 'Created-By: Packages'];
  const { stdout } = await ctx.processes.capture('apt-get', args, { env: ctx.env });
  const suites = parseSuites(stdout, release);
  if (suites.some(({ suite }) => suite === release)) return suites;
  throw new SetupError(`this machine's apt knows no packages of ${release}`, {
    meaning: 'The root of the image is made of them.',
    todo: `run it on a machine with ${release}, or add its repositories to /etc/apt`,
  });
};

/** What apt, npm and Node need here to reach their repositories: proxies, certificates, the user's npm settings. */
export const readLoan = async (ctx: Context): Promise<Loan> => {
  const env: Record<string, string> = { APT_CONFIG: `${LOAN_FOLDER}/apt.conf` };
  // Docker passes the same on without being asked.
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'])
    if (ctx.env[name]) env[name] = ctx.env[name];
  const { stdout } = await ctx.processes.capture('apt-config', ['dump'], { env: ctx.env });
  const apt = stdout.split('\n').filter((line) => /^Acquire::(https?|Check-|Retries|Force)/.test(line));
  const files: Record<string, string> = { 'apt.conf': `${apt.join('\n')}\n` };
  const npmrc = ctx.env.npm_config_userconfig ?? join(homedir(), '.npmrc');
  if (existsSync(npmrc)) {
    files.npmrc = readFileSync(npmrc, 'utf8');
    env.npm_config_userconfig = `${LOAN_FOLDER}/npmrc`;
  }
  const certificates = ctx.env.NODE_EXTRA_CA_CERTS;
  if (certificates && existsSync(certificates)) {
    files['certificates.pem'] = readFileSync(certificates, 'utf8');
    env.NODE_EXTRA_CA_CERTS = env.npm_config_cafile = `${LOAN_FOLDER}/certificates.pem`;
  }
  return { env, files };
};
