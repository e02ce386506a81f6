import { z } from 'zod';
import { events, protocolVersion, RequestId, requests } from '../src/index.ts';
import { readExample } from './examples.ts';
import type { Json, SchemaSet, Side } from './schema-set.ts';

const version = z.literal(protocolVersion);

/** A payload of which nothing is required may be left out. */
const mayBeLeftOut = (payload: z.ZodType): z.ZodType =>
  payload.safeParse({}).success ? payload.optional() : payload;

const requestFrame = (type: string, payload: z.ZodType): z.ZodType =>
  z.object({
    v: version.optional(),
    type: z.literal(type),
    requestId: RequestId.optional(),
    payload: mayBeLeftOut(payload),
  });

const eventFrame = (type: string, payload: z.ZodType): z.ZodType =>
  z.object({ v: version, type: z.literal(type), payload });

const answerFrame = (type: 'ack' | 'nack', payload: z.ZodType): z.ZodType =>
  z.object({ v: version, type: z.literal(type), requestId: RequestId, payload });

interface MessageParts {
  type: string;
  title: string;
  summary: string;
  frame: z.ZodType;
  side: Side;
  /** The golden frame that stands as the example. */
  fixture: string;
  isCorrelated: boolean;
}

const toMessage = (set: SchemaSet, parts: MessageParts): Json => {
  const example = readExample(parts.fixture);
  return {
    name: parts.type,
    title: parts.title,
    summary: parts.summary,
    contentType: 'application/json',
    ...(parts.isCorrelated ? { correlationId: { $ref: '#/components/correlationIds/requestId' } } : {}),
    payload: set.convert(parts.frame, parts.side),
    ...(example === undefined ? {} : { examples: [{ name: parts.fixture.split('/')[1], payload: example }] }),
  };
};

const requestMessages = (set: SchemaSet): [string, Json][] =>
  Object.entries(requests).flatMap(([type, { payload, result, summary }]): [string, Json][] => [
    [
      type,
      toMessage(set, {
        type,
        title: type,
        summary,
        frame: requestFrame(type, payload),
        side: 'input',
        fixture: `client/${type}`,
        isCorrelated: true,
      }),
    ],
    [
      `${type}.ack`,
      toMessage(set, {
        type: 'ack',
        title: `ack of ${type}`,
        summary: `Answers ${type} that had a requestId: it is done`,
        frame: answerFrame('ack', result),
        side: 'output',
        fixture: `server/ack.${type}`,
        isCorrelated: true,
      }),
    ],
  ]);

const eventMessages = (set: SchemaSet): [string, Json][] =>
  Object.entries(events).map(([type, { payload, summary }]): [string, Json] => [
    type,
    toMessage(set, {
      type,
      title: type,
      summary,
      frame: eventFrame(type, payload),
      side: 'output',
      fixture: `server/${type}`,
      isCorrelated: false,
    }),
  ]);

/** Every frame of the socket: requests and events by their type, `<request>.ack`, and the one `nack`. */
export const createMessages = (set: SchemaSet): Json => ({
  ...Object.fromEntries(requestMessages(set)),
  nack: toMessage(set, {
    type: 'nack',
    title: 'nack',
    summary: 'Answers a request that had a requestId: it was refused, and nothing was done',
    frame: answerFrame('nack', events.error.payload),
    side: 'output',
    fixture: 'server/nack.validation-error',
    isCorrelated: true,
  }),
  ...Object.fromEntries(eventMessages(set)),
});
