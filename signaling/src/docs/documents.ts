import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';

/** What of JSON Schema the contract's schemas use. */
export interface JsonSchema {
  $ref?: string | undefined;
  allOf?: JsonSchema[] | undefined;
  anyOf?: JsonSchema[] | undefined;
  type?: string | string[] | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  items?: JsonSchema | undefined;
  additionalProperties?: JsonSchema | undefined;
  enum?: unknown[] | undefined;
  const?: unknown;
  default?: unknown;
  description?: string | undefined;
  format?: string | undefined;
  pattern?: string | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  maxProperties?: number | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  exclusiveMinimum?: number | undefined;
}

const text = z.string().optional();
const count = z.number().optional();

const Schema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.object({
    $ref: text,
    allOf: z.array(Schema).optional(),
    anyOf: z.array(Schema).optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    items: Schema.optional(),
    additionalProperties: Schema.optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    default: z.unknown().optional(),
    description: text,
    format: text,
    pattern: text,
    minLength: count,
    maxLength: count,
    minItems: count,
    maxItems: count,
    maxProperties: count,
    minimum: count,
    maximum: count,
    exclusiveMinimum: count,
  }),
);

const Schemas = z.record(z.string(), Schema);
const Info = z.object({ title: z.string(), version: z.string(), description: z.string() });
const JsonContent = z.object({
  'application/json': z.object({ schema: Schema, example: z.unknown().optional() }),
});
/** Bytes of any type. */
const BinaryContent = z.object({ '*/*': z.object({}) });
const Content = z.union([JsonContent, BinaryContent]);
export type Content = z.infer<typeof Content>;

/** What the document says of JSON; undefined of a file's bytes, and of what has no body. */
export const jsonOf = (content: Content | undefined) =>
  content && 'application/json' in content ? content['application/json'] : undefined;

const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query']),
  required: z.boolean(),
  schema: Schema,
});

const RestOperation = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  security: z.array(z.unknown()),
  parameters: z.array(Parameter).optional(),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Content.optional() })),
});
export type RestOperation = z.infer<typeof RestOperation>;

const Described = z.object({ description: z.string() });

const OpenApi = z.object({
  info: Info,
  servers: z.array(z.object({ url: z.string() })),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), RestOperation)),
  components: z.object({ schemas: Schemas, securitySchemes: z.object({ bearer: Described }) }),
});
export type OpenApi = z.infer<typeof OpenApi>;

const Message = z.object({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  payload: Schema,
  examples: z.array(z.object({ payload: z.unknown().optional() })).optional(),
});
export type Message = z.infer<typeof Message>;

const SocketOperation = z.object({
  action: z.enum(['receive', 'send']),
  summary: z.string(),
  description: text,
});
export type SocketOperation = z.infer<typeof SocketOperation>;

const AsyncApi = z.object({
  info: Info,
  servers: z.object({ local: z.object({ host: z.string() }) }),
  channels: z.object({
    realtime: z.object({
      address: z.string(),
      description: z.string(),
      bindings: z.object({ ws: z.object({ query: Schema }) }),
    }),
  }),
  operations: z.record(z.string(), SocketOperation),
  components: z.object({ schemas: Schemas, messages: z.record(z.string(), Message) }),
});
export type AsyncApi = z.infer<typeof AsyncApi>;

/** The contract as it is published: both documents, word for word and read, and the golden frames by their names. */
export interface ApiDocuments {
  openApiText: string;
  asyncApiText: string;
  openApi: OpenApi;
  asyncApi: AsyncApi;
  /** By name, such as `client/room.join` or `rest/auth.login.200`. */
  fixtures: ReadonlyMap<string, unknown>;
}

const readFixtures = async (folder: URL): Promise<Map<string, unknown>> => {
  const found: [string, unknown][] = [];
  for (const kind of ['client', 'rest', 'server']) {
    const files = (await readdir(new URL(`${kind}/`, folder))).filter((file) => file.endsWith('.json'));
    for (const file of files) {
      const content = await readFile(new URL(`${kind}/${file}`, folder), 'utf8');
      found.push([`${kind}/${file.slice(0, -'.json'.length)}`, JSON.parse(content)]);
    }
  }
  // By name rather than by file: what a variant is one of comes before it.
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** @param root the folder that holds `docs/api` and `protocol/fixtures`. Throws where they are not there. */
export const readApiDocuments = async (root: URL): Promise<ApiDocuments> => {
  const [openApiText, asyncApiText, fixtures] = await Promise.all([
    readFile(new URL('docs/api/openapi.json', root), 'utf8'),
    readFile(new URL('docs/api/asyncapi.json', root), 'utf8'),
    readFixtures(new URL('protocol/fixtures/', root)),
  ]);
  return {
    openApiText,
    asyncApiText,
    openApi: OpenApi.parse(JSON.parse(openApiText)),
    asyncApi: AsyncApi.parse(JSON.parse(asyncApiText)),
    fixtures,
  };
};
