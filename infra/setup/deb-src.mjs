/**
 * Package sources of apt, read from both of its formats and written as one that offers source packages: the machine's
 * own repositories, with the keys they have, and nothing added.
 */

/**
 * @typedef {object} Repository
 * @property {string[]} uris
 * @property {string[]} suites
 * @property {string[]} components
 * @property {Record<string, string>} options deb822 fields that say whom to trust
 */

// What decides whether a repository is trusted goes along; architectures, languages and the like do not matter to
// source packages.
const TRUST_OPTIONS = new Map([
  ['signed-by', 'Signed-By'],
  ['trusted', 'Trusted'],
  ['check-valid-until', 'Check-Valid-Until'],
  ['allow-insecure', 'Allow-Insecure'],
  ['allow-weak', 'Allow-Weak'],
]);

/**
 * Reads a `.list` file: `deb [option=value …] uri suite component…`.
 *
 * @param {string} text
 * @returns {Repository[]}
 */
export function parseListFile(text) {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s*)?(.*)$/.exec(line.replace(/#.*/, ''));
    if (!match) return [];
    const [uri, suite, ...components] = (match[2] ?? '').trim().split(/\s+/);
    if (!uri || !suite) return [];
    return [{ uris: [uri], suites: [suite], components, options: listOptions(match[1] ?? '') }];
  });
}

/**
 * Reads a `.sources` file (deb822): stanzas of fields, their values continued on indented lines.
 *
 * @param {string} text
 * @returns {Repository[]}
 */
export function parseSourcesFile(text) {
  const withoutComments = text.split('\n').filter((line) => !line.startsWith('#'));
  const stanzas = withoutComments.join('\n').split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const fields = fieldsOf(stanza);
    const uris = words(fields.get('uris'));
    if (uris.length === 0 || fields.get('enabled')?.trim().toLowerCase() === 'no') return [];
    const trust = [...TRUST_OPTIONS].flatMap(([key, name]) => {
      const value = fields.get(key);
      return value === undefined ? [] : [[name, value]];
    });
    return [
      {
        uris,
        suites: words(fields.get('suites')),
        components: words(fields.get('components')),
        options: Object.fromEntries(trust),
      },
    ];
  });
}

/**
 * Keeps of the repositories what one origin of a package names ("http://mirror.example/debian bookworm/main"), so that
 * no index is fetched in vain; all of them where none fits.
 *
 * @param {Repository[]} repositories
 * @param {{ uri: string, suite: string, component: string }[]} origins
 * @returns {Repository[]}
 */
export function narrowTo(repositories, origins) {
  const kept = repositories.flatMap((repository) =>
    origins
      .filter(
        ({ uri, suite, component }) =>
          repository.uris.some((own) => bare(own) === bare(uri)) &&
          repository.suites.includes(suite) &&
          repository.components.includes(component),
      )
      .map(({ uri, suite, component }) => ({
        uris: [uri],
        suites: [suite],
        components: [component],
        options: repository.options,
      })),
  );
  return kept.length > 0 ? kept : repositories;
}

/**
 * Where apt would take a package from, out of what `apt-cache policy` says.
 *
 * @param {string} policy
 * @returns {{ uri: string, suite: string, component: string }[]}
 */
export function originsOf(policy) {
  const candidate = /^\s*Candidate:\s*(\S+)/m.exec(policy)?.[1];
  if (!candidate || candidate === '(none)') return [];
  const lines = policy.split('\n');
  // The version line is "*** 2.5.0-3 500" when installed, else "    2.5.0-3 500"; its origins follow, further in.
  const start = lines.findIndex((line) => line.replace('***', '').trim().split(/\s+/)[0] === candidate);
  const origins = [];
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    const match = /^\s+-?\d+ (\S+) (\S+)\/(\S+) \S+ Packages$/.exec(line);
    if (match) origins.push({ uri: match[1] ?? '', suite: match[2] ?? '', component: match[3] ?? '' });
    else if (!/^\s+-?\d+ /.test(line)) break;
  }
  return origins;
}

/**
 * @param {Repository[]} repositories
 * @returns {string} a `.sources` file that offers their source packages
 */
export function formatDebSrc(repositories) {
  return repositories
    .map(({ uris, suites, components, options }) =>
      [
        'Types: deb-src',
        `URIs: ${uris.join(' ')}`,
        `Suites: ${suites.join(' ')}`,
        ...(components.length > 0 ? [`Components: ${components.join(' ')}`] : []),
        ...Object.entries(options).map(
          ([name, value]) => `${name}:${value.startsWith('\n') ? '' : ' '}${value}`,
        ),
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** @param {string} text */
function listOptions(text) {
  const pairs = text.split(/\s+/).flatMap((option) => {
    const [key = '', value = ''] = option.split(/=(.*)/s);
    const name = TRUST_OPTIONS.get(key.toLowerCase());
    return name ? [[name, value.replaceAll(',', ' ')]] : [];
  });
  return Object.fromEntries(pairs);
}

/** @param {string} stanza */
function fieldsOf(stanza) {
  /** @type {Map<string, string>} */
  const fields = new Map();
  for (const match of stanza.matchAll(/^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)) {
    fields.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').trimEnd());
  }
  return fields;
}

/** @param {string} [value] */
function words(value = '') {
  return value.split(/\s+/).filter(Boolean);
}

/** @param {string} uri */
function bare(uri) {
  return uri.replace(/\/+$/, '');
}
