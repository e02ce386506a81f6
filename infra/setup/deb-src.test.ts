import { expect, test } from 'vitest';
import { formatDebSrc, narrowTo, originsOf, parseListFile, parseSourcesFile } from './deb-src.mjs';

const DEBIAN = {
  uris: ['http://mirror.example/debian'],
  suites: ['bookworm', 'bookworm-updates'],
  components: ['main', 'contrib'],
  options: { 'Signed-By': '/usr/share/keyrings/debian-archive-keyring.gpg' },
};

test('repositories are read from the one-line format, with their keys and without comments', () => {
  const text = `
# deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/keys/a.gpg,/etc/keys/b.gpg] http://deb.example/debian/ bookworm main contrib # here
deb-src http://src.example/debian bookworm main
deb http://flat.example/packages ./
`;
  expect(parseListFile(text)).toEqual([
    {
      uris: ['http://deb.example/debian/'],
      suites: ['bookworm'],
      components: ['main', 'contrib'],
      options: { 'Signed-By': '/etc/keys/a.gpg /etc/keys/b.gpg' },
    },
    { uris: ['http://src.example/debian'], suites: ['bookworm'], components: ['main'], options: {} },
    { uris: ['http://flat.example/packages'], suites: ['./'], components: [], options: {} },
  ]);
});

test('repositories are read from deb822, comments inside a stanza and disabled ones left out', () => {
  const text = `Types: deb
# http://snapshot.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no
`;
  expect(parseSourcesFile(text)).toEqual([DEBIAN]);
});

test('a key that is written into the stanza goes along whole', () => {
  const key = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----';
  const text = `Types: deb\nURIs: http://a.example/\nSuites: x\nComponents: main\nSigned-By:${key}\nArchitectures: amd64\n`;
  const [repository] = parseSourcesFile(text);
  expect(repository?.options).toEqual({ 'Signed-By': key });
  expect(formatDebSrc([repository!])).toBe(
    `Types: deb-src\nURIs: http://a.example/\nSuites: x\nComponents: main\nSigned-By:${key}\n`,
  );
});

test('what is written is read back as the same repositories', () => {
  expect(parseSourcesFile(formatDebSrc([DEBIAN, { ...DEBIAN, suites: ['other'] }]))).toEqual([
    DEBIAN,
    { ...DEBIAN, suites: ['other'] },
  ]);
});

const POLICY = `libsrtp2-dev:
  Installed: (none)
  Candidate: 2.5.0-3+deb12u1
  Version table:
     2.5.0-3+deb12u1 500
        500 http://mirror.example/debian-security bookworm-security/main amd64 Packages
        500 http://mirror.example/debian bookworm/main amd64 Packages
     2.5.0-3 500
        500 http://other.example/debian bookworm/main amd64 Packages
`;

test('the origins of a package are those of the version that would be installed', () => {
  expect(originsOf(POLICY)).toEqual([
    { uri: 'http://mirror.example/debian-security', suite: 'bookworm-security', component: 'main' },
    { uri: 'http://mirror.example/debian', suite: 'bookworm', component: 'main' },
  ]);
  expect(originsOf(POLICY.replace('     2.5.0-3+', ' *** 2.5.0-3+'))).toHaveLength(2);
  expect(originsOf('libsrtp2-dev:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n')).toEqual(
    [],
  );
});

test('only repositories that have the package are asked, and all where none is known', () => {
  const other = { ...DEBIAN, uris: ['https://packages.example/'], options: {} };
  expect(
    narrowTo([other, { ...DEBIAN, uris: ['http://mirror.example/debian/'] }], originsOf(POLICY)),
  ).toEqual([{ ...DEBIAN, suites: ['bookworm'], components: ['main'] }]);
  expect(narrowTo([other], originsOf(POLICY))).toEqual([other]);
});
