import type { z } from 'zod';
import { ErrorBody, type RouteDef, routes } from '../src/index.ts';
import { readExample } from './examples.ts';
import { errorMeanings, restCodesOf, toTable } from './meanings.ts';
import { createSchemaSet, type Json, type SchemaSet } from './schema-set.ts';

const tags: Record<string, string> = {
  server: 'Is the server well',
  auth: 'Accounts and sessions',
  realtime: 'Tickets to the socket',
  admin: 'What administrators of the server do',
  rooms: 'Rooms',
  members: 'Who belongs to a room, and as what',
  bans: 'Who may not enter a room',
  mutes: 'Who may not write or speak in a room',
  joinRequests: 'Who asks to be let in',
  invitations: 'Links that let people in',
  reports: 'Messages that moderators were told about',
  audit: 'What moderators and administrators have done',
  people: 'The people of this server',
  pictures: 'Pictures of people',
  blocks: 'Whom somebody wants nothing of',
  chat: 'Written messages',
  threads: 'Threads of messages, and what is unread in them',
  attachments: 'Files in messages',
  previews: 'Pages that messages name',
  inbox: 'Where somebody was named or answered',
};

const description = [
  'REST v1 of Boltorezka. What happens live is on the socket: see `asyncapi.json`.',
  'Fields are snake_case. Readers ignore fields that they do not know, and v1 grows by adding some.',
  'A body is JSON of at most 64 KiB, except where a file is uploaded. A failure is an `ErrorBody` whose `error` is one of:',
  toTable(
    ['error', 'meaning'],
    Object.entries(errorMeanings).map(([code, meaning]) => [`\`${code}\``, meaning]),
  ),
].join('\n\n');

/** Fastify's `:slug` is OpenAPI's `{slug}`. */
const toOpenApiPath = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

interface Place {
  set: SchemaSet;
  name: string;
}

const toContent = (schema: Json, exampleName: string): Json => {
  const example = readExample(`rest/${exampleName}`);
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } };
};

const toParameters = ({ set }: Place, where: 'path' | 'query', schema: RouteDef['params']): Json[] => {
  if (!schema) return [];
  const { properties, required } = set.convert(schema, 'input') as { properties: Json; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || (required ?? []).includes(name),
    schema: property,
  }));
};

const describeResponse = (status: number, schema: z.ZodType): string => {
  if (status < 300) return 'Done';
  return schema === ErrorBody ? restCodesOf(status) : 'Not now';
};

/** OpenAPI 3.1 says of raw bytes nothing but their media type. */
const binaryContent: Json = { '*/*': {} };

const binaryResponses: Json = {
  200: { description: 'The bytes', content: binaryContent },
  206: { description: 'The part of them that `Range` asks for', content: binaryContent },
  304: { description: 'The same as `If-None-Match` names' },
  416: { description: '`Range` asks for what is not there' },
};

const toRequestBody = ({ set, name }: Place, route: RouteDef): Json => {
  if (route.requestBody === 'binary') return { requestBody: { required: true, content: binaryContent } };
  if (!route.body) return {};
  const content = toContent(set.convert(route.body, 'input'), `${name}.request`);
  return { requestBody: { required: true, content } };
};

const toResponses = ({ set, name }: Place, route: RouteDef): Json => {
  const listed = Object.entries(route.responses).map(([status, schema]) => [
    status,
    {
      description: describeResponse(Number(status), schema),
      content: toContent(set.convert(schema, 'output'), `${name}.${status}`),
    },
  ]);
  return {
    ...(route.responseBody === 'binary' ? binaryResponses : {}),
    ...Object.fromEntries(listed),
    default: {
      description: 'Any other failure',
      content: { 'application/json': { schema: set.convert(ErrorBody, 'output') } },
    },
  };
};

const toOperation = (place: Place, route: RouteDef): Json => {
  const { name } = place;
  const parameters = [
    ...toParameters(place, 'path', route.params),
    ...toParameters(place, 'query', route.query),
  ];
  return {
    operationId: name,
    summary: route.summary,
    tags: [name.split('.')[0]],
    security: { bearer: [{ bearer: [] }], optional: [{}, { bearer: [] }], none: [] }[route.auth],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...toRequestBody(place, route),
    responses: toResponses(place, route),
  };
};

const toPaths = (set: SchemaSet): Json => {
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries<RouteDef>(routes)) {
    const path = toOpenApiPath(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: toOperation({ set, name }, route) };
  }
  return paths;
};

/** The REST calls of the contract as OpenAPI 3.1. */
export const createOpenApi = (version: string): Json => {
  const set = createSchemaSet({ target: 'draft-2020-12' });
  const paths = toPaths(set);
  return {
    openapi: '3.1.1',
    info: { title: 'Boltorezka REST API', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: 'http://localhost:8080', description: 'As `npm start` serves it' }],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The `token` that registering or signing in returns.',
        },
      },
      schemas: set.components(),
    },
  };
};
