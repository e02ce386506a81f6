import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';
import { unknownType } from './policy.ts';

/** Of text, so much is looked at. */
const sampleBytes = 4_096;

const readSample = async (file: FileHandle): Promise<Buffer> => {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
  return buffer.subarray(0, bytesRead);
};

/** The sample may end within a character, which has four bytes at most. */
const isText = (sample: Buffer): boolean =>
  !sample.includes(0) &&
  [0, 1, 2, 3].some((cut) => isUtf8(sample.subarray(0, Math.max(0, sample.length - cut))));

/**
 * What a file is by its content, whatever its name or its sender says. Text of any kind, HTML and SVG included, is plain
 * text.
 */
export const sniffMediaType = async (path: string): Promise<string> => {
  // What it stumbles over is not what it looks like.
  const found = await fileTypeFromFile(path).catch(() => undefined);
  const type = found?.mime.split(';')[0]?.trim();
  if (type !== undefined) return /[/+](x?html|xml|svg)/.test(type) ? 'text/plain' : type;
  const file = await open(path, 'r');
  try {
    return isText(await readSample(file)) ? 'text/plain' : unknownType;
  } finally {
    await file.close();
  }
};
