/** The grammars that code is coloured by, and what people call their languages behind a fence. */
const names = {
  bash: ['sh', 'shell', 'zsh', 'console'],
  c: ['h'],
  cpp: ['c++', 'cc', 'cxx', 'hpp'],
  csharp: ['c#', 'cs'],
  css: ['scss', 'less'],
  diff: ['patch'],
  dockerfile: ['docker'],
  go: ['golang'],
  ini: ['toml', 'conf', 'env'],
  java: [],
  javascript: ['js', 'jsx', 'mjs', 'cjs'],
  json: ['jsonc', 'json5'],
  kotlin: ['kt', 'kts'],
  php: [],
  python: ['py'],
  ruby: ['rb'],
  rust: ['rs'],
  sql: ['postgres', 'postgresql', 'mysql', 'sqlite'],
  swift: [],
  typescript: ['ts', 'tsx', 'mts', 'cts'],
  xml: ['html', 'svg', 'vue', 'xhtml'],
  yaml: ['yml'],
} as const satisfies Record<string, readonly string[]>;

export type Grammar = keyof typeof names;

const byName = new Map<string, Grammar>(
  (Object.keys(names) as Grammar[]).flatMap((grammar) =>
    [grammar, ...names[grammar]].map((name): [string, Grammar] => [name, grammar]),
  ),
);

/** Null of a language that there are no colours for. */
export const grammarOf = (language: string | null): Grammar | null =>
  byName.get(language?.toLowerCase() ?? '') ?? null;
