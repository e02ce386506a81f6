// Fetches one file: `node download.mjs URL PATH`. Says in one line why it could not. Run as a process of its own, by
// whoever wants to be able to give up on it at any moment.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const [url = '', file = ''] = process.argv.slice(2);
try {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
  await pipeline(Readable.fromWeb(/** @type {any} */ (response.body)), createWriteStream(file));
} catch (error) {
  const { message, cause } = /** @type {Error & { cause?: { code?: string, message?: string } }} */ (error);
  console.error(cause?.code ?? cause?.message ?? message);
  process.exitCode = 1;
}
