import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  AppError,
  ClientFrame,
  ErrorPayload,
  events,
  mediaEvents,
  mediaRequests,
  type RouteDef,
  requests,
  routes,
  ServerFrame,
  toValidationError,
} from './index.ts';

const everySchema: [string, z.ZodType][] = [
  ['ClientFrame', ClientFrame],
  ['ServerFrame', ServerFrame],
  ...[requests, mediaRequests].flatMap((registry) =>
    Object.entries<{ payload: z.ZodType; result: z.ZodType }>(registry).flatMap(
      ([type, { payload, result }]): [string, z.ZodType][] => [
        [type, payload],
        [`the result of ${type}`, result],
      ],
    ),
  ),
  ...[events, mediaEvents].flatMap((registry) =>
    Object.entries<{ payload: z.ZodType }>(registry).map(([type, { payload }]): [string, z.ZodType] => [
      type,
      payload,
    ]),
  ),
  ...Object.entries<RouteDef>(routes).flatMap(([name, { params, query, body, responses }]) =>
    [params, query, body, ...Object.values(responses)].flatMap((schema): [string, z.ZodType][] =>
      schema ? [[name, schema]] : [],
    ),
  ),
];

/** Everything that reads what came from outside, each once: most answers share the error's body. */
const schemas = new Map(everySchema.map(([name, schema]) => [schema, name]));

/** The words of the contract, so that random objects get past its first checks, and the words of attackers. */
const words = [
  ...['v', 'type', 'requestId', 'payload', 'roomSlug', 'text', 'clientMessageId', 'afterSeq', 'epoch'],
  ...['rtpCapabilities', 'rtpParameters', 'codecs', 'headerExtensions', 'encodings', 'parameters', 'mid'],
  ...['dtlsParameters', 'fingerprints', 'transportId', 'kind', 'muted', 'email', 'password', 'name', 'slug'],
  ...['title', 'limit', 'before', '__proto__', 'constructor', 'prototype', 'toString', 'then', 'length'],
];

const hostileJson = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1e308,
      2 ** 53,
      '',
      'general',
      'ping',
      'audio',
      '\u0000',
      '\ud800',
    ),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 6 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...words), fc.string()), tie('value')), { maxLength: 8 })
    // As JSON.parse makes it: `__proto__` is a key of its own.
    .map((entries) => Object.fromEntries(entries)),
})).value;

/** Parses; whatever comes out is either data or a refusal that the contract can carry. */
const assertClean = (schema: z.ZodType, input: unknown): void => {
  const parsed = schema.safeParse(input);
  if (parsed.success) {
    const { data } = parsed;
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
      expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
      expect(Object.hasOwn(data, '__proto__')).toBe(false);
    }
    return;
  }
  const error = toValidationError(parsed.error);
  expect(error).toBeInstanceOf(AppError);
  ErrorPayload.parse({ code: error.code, message: error.message, issues: error.issues });
};

const assertAllClean = (input: unknown): void => {
  for (const schema of schemas.keys()) assertClean(schema, input);
};

describe('hostile input', () => {
  it('of any shape is read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(hostileJson, (input) => assertAllClean(JSON.parse(JSON.stringify(input)))),
      { numRuns: 300 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('that is no JSON at all is refused as well', () => {
    for (const input of [undefined, Number.NaN, Symbol('s'), 1n, () => 1, new Date(), new Map()]) {
      assertAllClean(input);
    }
  });

  it('cannot reach a prototype', () => {
    const polluted = JSON.parse(
      '{"__proto__":{"type":"ping","roomSlug":"general","admin":true},"constructor":{"prototype":{"admin":true}}}',
    );
    assertAllClean(polluted);
    expect(ClientFrame.safeParse(polluted).success).toBe(false);
    const deep = { roomSlug: 'general', rtpCapabilities: polluted };
    const joined = requests['voice.join'].payload.parse(deep);
    expect(Object.getPrototypeOf(joined.rtpCapabilities)).toBe(Object.prototype);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('that nests without end does not run out of stack', () => {
    const depth = 30_000;
    const text = `{"type":"x","payload":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    assertAllClean(JSON.parse(text));
    const object: unknown = JSON.parse(`${'{"payload":'.repeat(depth)}1${'}'.repeat(depth)}`);
    assertAllClean(object);
    assertClean(requests['voice.join'].payload, { roomSlug: 'general', rtpCapabilities: object });
  });

  it('with huge arrays and objects is refused with few issues', () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, index]));
    const long = Array.from({ length: 20_000 }, () => ({}));
    for (const schema of schemas.keys()) {
      assertClean(schema, wide);
      assertClean(schema, long);
    }
    const join = requests['voice.join'].payload.safeParse({
      roomSlug: 'general',
      rtpCapabilities: { codecs: long.slice(0, 64) },
    });
    if (join.success) throw new Error('it was accepted');
    expect(toValidationError(join.error).issues).toHaveLength(20);
  });
});
