import type { ApiDocuments, JsonSchema } from './documents.ts';
import { type Html, html } from './html.ts';
import { liftTables } from './markdown.ts';

/** Where on the page what the contract names is described. */
export interface Names {
  /** The name as code, and as a link where the page describes it. */
  link(name: string): Html;
  /** What a `$ref` stands for; undefined where the documents do not have it. */
  resolve(ref: string): JsonSchema | undefined;
}

/** Ids of the page's parts. Stable, since others link to them. */
export const idOf = {
  rest: (operationId: string) => `rest.${operationId}`,
  socket: (type: string) => `socket.${type}`,
  schema: (name: string) => `schema.${name}`,
  error: (code: string) => `error.${code}`,
  close: (code: string) => `close.${code}`,
};

/** The schemas of both documents by name. They come from one contract: what both have is the same. */
export const schemasOf = ({ openApi, asyncApi }: ApiDocuments): Map<string, JsonSchema> =>
  new Map(
    Object.entries({ ...asyncApi.components.schemas, ...openApi.components.schemas }).sort(([a], [b]) =>
      a < b ? -1 : 1,
    ),
  );

/** The name at the end of a `$ref`. */
export const refName = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

export const createNames = (documents: ApiDocuments): Names => {
  const { openApi, asyncApi } = documents;
  const schemas = schemasOf(documents);
  const [errors] = liftTables(openApi.info.description).tables;
  const anchors = new Map<string, string>([
    ['openapi.json', '/docs/openapi.json'],
    ['asyncapi.json', '/docs/asyncapi.json'],
    ...[...schemas.keys()].map((name) => [name, `#${idOf.schema(name)}`] as const),
    ...(errors?.rows ?? []).map(([code = '']) => [code, `#${idOf.error(code)}`] as const),
    ...Object.keys(asyncApi.operations).map((type) => [type, `#${idOf.socket(type)}`] as const),
    ['nack', `#${idOf.socket('nack')}`],
  ]);
  return {
    link: (name) => {
      const href = anchors.get(name);
      return href === undefined
        ? html`<code>${name}</code>`
        : html`<a href="${href}"><code>${name}</code></a>`;
    },
    resolve: (ref) => schemas.get(refName(ref)),
  };
};
