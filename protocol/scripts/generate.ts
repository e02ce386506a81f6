/**
 * Writes the contract's documents into docs/api. With `--check` it writes nothing: it fails where a document is not what
 * the schemas say.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createAsyncApi } from './asyncapi.ts';
import { createOpenApi } from './openapi.ts';
import type { Json } from './schema-set.ts';

const root = new URL('../../', import.meta.url);

const readVersion = (): string => {
  const manifest = readFileSync(new URL('protocol/package.json', root), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};

const toText = (document: Json): string => `${JSON.stringify(document, null, 2)}\n`;

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(new URL(file, root), 'utf8');
  } catch {
    return undefined;
  }
};

const createDocuments = (): Map<string, string> => {
  const version = readVersion();
  return new Map([
    ['docs/api/openapi.json', toText(createOpenApi(version))],
    ['docs/api/asyncapi.json', toText(createAsyncApi(version))],
  ]);
};

const check = (documents: Map<string, string>): void => {
  const drifted = [...documents].filter(([file, text]) => readText(file) !== text);
  for (const [file] of drifted) {
    console.error(`${file} is not what protocol/src says. Run: npm run generate`);
  }
  if (drifted.length > 0) process.exitCode = 1;
};

const write = (documents: Map<string, string>): void => {
  mkdirSync(fileURLToPath(new URL('docs/api/', root)), { recursive: true });
  for (const [file, text] of documents) {
    const isSame = readText(file) === text;
    if (!isSame) writeFileSync(new URL(file, root), text);
    console.log(`${file}: ${isSame ? 'unchanged' : 'written'}`);
  }
};

const documents = createDocuments();
if (process.argv.includes('--check')) check(documents);
else write(documents);
