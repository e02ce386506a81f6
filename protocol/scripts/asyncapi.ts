import { closeCodes, events, limits, requests } from '../src/index.ts';
import { createMessages } from './asyncapi-messages.ts';
import { closeMeanings, errorMeanings, toTable } from './meanings.ts';
import { createSchemaSet, type Json } from './schema-set.ts';

const channelRef = '#/channels/realtime';

const description = [
  'The realtime socket of Boltorezka, v1. Every message is one JSON object in a text frame of at most 64 KiB:',
  '`{"v":1,"type":"…","requestId":"…","payload":{…}}`.',
  'A client may leave out `v` and `requestId`. A request with a `requestId` is answered by `ack` or `nack` with the same one; a request without gets the plain event, where its description names one, or `error`. Answers may come in another order than their requests.',
  'Clients ignore types and fields that they do not know: v1 grows by adding some.',
  `A client sends \`ping\` every ${limits.heartbeatIntervalMs} ms, or as \`server.capabilities\` says, and calls the socket dead when nothing has arrived for ${limits.heartbeatTimeoutMs} ms after it.`,
  'A `nack`, and an `error`, carries one of these codes:',
  toTable(
    ['code', 'meaning'],
    Object.entries(errorMeanings).map(([code, meaning]) => [`\`${code}\``, meaning]),
  ),
].join('\n\n');

const channelDescription = [
  'Where a token is missing or not valid, the socket opens, says so in an `error`, and closes. Otherwise the first frames are `server.ready` and `server.capabilities`.',
  'The upgrade itself is refused with 403 (a foreign Origin), 429 (too many sockets from this address) or 503 (the server is stopping).',
  'The server closes with one of these codes:',
  toTable(
    ['code', 'name', 'meaning'],
    Object.entries(closeCodes).map(([name, code]) => [
      String(code),
      name,
      closeMeanings[name as keyof typeof closeCodes],
    ]),
  ),
].join('\n\n');

const query: Json = {
  type: 'object',
  anyOf: [{ required: ['ticket'] }, { required: ['token'] }],
  properties: {
    ticket: {
      type: 'string',
      description:
        'What `POST /v1/realtime/ticket` returns: good once, for half a minute, so that no address holds a token that lasts.',
    },
    token: {
      type: 'string',
      description: 'In its place, the `token` that registering or signing in over REST returns.',
    },
    resume: {
      type: 'string',
      description:
        'The `resumeToken` of an earlier `server.ready`: the old socket, dead or not, is replaced at once. One that is not valid is ignored.',
    },
  },
};

const messageRef = (name: string): Json => ({ $ref: `${channelRef}/messages/${name}` });

const requestOperation = (type: string, { summary, event }: { summary: string; event?: string }): Json => ({
  action: 'receive',
  channel: { $ref: channelRef },
  summary,
  description: event
    ? `Without \`requestId\`: answered by \`${event}\`, or \`error\`.`
    : 'Without `requestId`: answered by nothing of its own, or `error`.',
  messages: [messageRef(type)],
  reply: {
    channel: { $ref: channelRef },
    messages: [`${type}.ack`, 'nack', ...(event ? [event] : []), 'error'].map(messageRef),
  },
});

const eventOperation = (type: string, { summary }: { summary: string }): Json => ({
  action: 'send',
  channel: { $ref: channelRef },
  summary,
  messages: [messageRef(type)],
});

const createOperations = (): Json => ({
  ...Object.fromEntries(Object.entries(requests).map(([type, def]) => [type, requestOperation(type, def)])),
  ...Object.fromEntries(Object.entries(events).map(([type, def]) => [type, eventOperation(type, def)])),
});

const createServer = (): Json => ({
  host: 'localhost:8080',
  protocol: 'ws',
  description: 'As `npm start` serves it; `wss` where it is served over HTTPS.',
  security: [{ $ref: '#/components/securitySchemes/ticket' }, { $ref: '#/components/securitySchemes/token' }],
});

const createChannel = (messages: Json): Json => ({
  address: '/v1/realtime/ws',
  title: 'The realtime socket',
  description: channelDescription,
  servers: [{ $ref: '#/servers/local' }],
  messages: Object.fromEntries(
    Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
  ),
  bindings: { ws: { method: 'GET', query, bindingVersion: '0.1.0' } },
});

/** The socket of the contract as AsyncAPI 3.0, told from the server: it receives requests and sends events. */
export const createAsyncApi = (version: string): Json => {
  const set = createSchemaSet({ target: 'draft-7' });
  const messages = createMessages(set);
  return {
    asyncapi: '3.0.0',
    id: 'urn:boltorezka:realtime:v1',
    info: { title: 'Boltorezka realtime API', version, description, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers: { local: createServer() },
    channels: { realtime: createChannel(messages) },
    operations: createOperations(),
    components: {
      messages,
      correlationIds: {
        requestId: {
          description: "The client's own name for a request, unique among those that wait for an answer.",
          location: '$message.payload#/requestId',
        },
      },
      securitySchemes: {
        ticket: {
          type: 'httpApiKey',
          name: 'ticket',
          in: 'query',
          description: 'A ticket of REST, which is good once.',
        },
        token: { type: 'httpApiKey', name: 'token', in: 'query', description: 'The token of REST.' },
      },
      schemas: set.components(),
    },
  };
};
