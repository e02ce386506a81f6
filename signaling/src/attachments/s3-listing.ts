import { Parser } from 'htmlparser2';
import type { StoredFile } from './storage.ts';

/** One page of ListObjectsV2. */
export interface S3Listing {
  files: StoredFile[];
  nextToken: string | undefined;
}

/** Reads what of the listing's XML is needed: each key with its time, and what leads to the next page. */
export const parseListing = (xml: string): S3Listing => {
  const files: StoredFile[] = [];
  let nextToken: string | undefined;
  let text = '';
  let current: { key?: string; modified?: string } = {};
  const parser = new Parser(
    {
      onopentag: (name) => {
        text = '';
        if (name === 'Contents') current = {};
      },
      ontext: (data) => {
        text += data;
      },
      onclosetag: (name) => {
        if (name === 'Key') current.key = text;
        if (name === 'LastModified') current.modified = text;
        if (name === 'NextContinuationToken') nextToken = text;
        if (name !== 'Contents' || current.key === undefined) return;
        files.push({ key: current.key, modifiedAt: new Date(current.modified ?? Number.NaN) });
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  return { files, nextToken };
};
