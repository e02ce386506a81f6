import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  AppError,
  ClientFrame,
  type ErrorCode,
  errorStatuses,
  events,
  isJsonTooDeep,
  Nack,
  type RouteDef,
  requests,
  routes,
  ServerFrame,
  toValidationError,
} from './index.ts';

const folder = new URL('../fixtures/', import.meta.url);

const namesIn = (kind: string): string[] =>
  readdirSync(new URL(`${kind}/`, folder))
    .map((file) => file.replace(/\.json$/, ''))
    .sort();

const read = (kind: string, name: string): unknown =>
  JSON.parse(readFileSync(new URL(`${kind}/${name}.json`, folder), 'utf8'));

/** `room.join.coming-back` is a variant of `room.join`. */
const isOf = (key: string, name: string): boolean => name === key || name.startsWith(`${key}.`);

/** What JSON makes of a value: as it would be on the wire. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const requestTypes = Object.keys(requests) as (keyof typeof requests)[];
const eventTypes = Object.keys(events) as (keyof typeof events)[];

/** Frames that belong to no single request or event. */
const special = (name: string): boolean => /^(baseline-|unknown-|no-payload$)/.test(name);

describe('the golden frames of clients', () => {
  const names = namesIn('client');

  it.each(requestTypes)('have one for %s', (type) => {
    expect(names).toContain(type);
  });

  it.each(names)('hold %s, which is its request and loses nothing', (name) => {
    const raw = read('client', name);
    const frame = ClientFrame.parse(raw);
    const type = frame.type as keyof typeof requests;
    expect(requestTypes).toContain(type);
    if (!special(name)) {
      expect(isOf(type, name)).toBe(true);
      expect(frame).toEqual(raw);
    }
    const payload = requests[type].payload.parse(frame.payload ?? {});
    if (name !== 'unknown-field') expect(payload).toMatchObject((frame.payload as object | undefined) ?? {});
    expect(requests[type].payload.parse(overTheWire(payload))).toEqual(payload);
  });

  it('include the baseline frames, without v and requestId', () => {
    const baseline = names.filter((name) => name.startsWith('baseline-'));
    expect(baseline).toEqual(['baseline-chat-send', 'baseline-ping', 'baseline-room-join']);
    for (const name of baseline) {
      expect(Object.keys(read('client', name) as object).sort()).toEqual(['payload', 'type']);
    }
  });

  it('ignore fields that v1 does not name', () => {
    const frame = ClientFrame.parse(read('client', 'unknown-field'));
    expect(frame).not.toHaveProperty('sentAt');
    expect(requests['room.leave'].payload.parse(frame.payload)).toEqual({ roomSlug: 'general' });
  });
});

describe('the golden frames of servers', () => {
  const names = namesIn('server').filter((name) => !special(name));
  const eventNames = names.filter((name) => !/^n?ack\./.test(name));

  it.each(eventTypes)('have one for the event %s', (type) => {
    expect(names).toContain(type);
  });

  it.each(requestTypes)('have an ack for %s', (type) => {
    expect(names).toContain(`ack.${type}`);
  });

  it.each(eventNames)('hold the event %s, whole', (name) => {
    const raw = read('server', name);
    const frame = ServerFrame.parse(raw);
    const type = frame.type as keyof typeof events;
    expect(eventTypes).toContain(type);
    expect(isOf(type, name)).toBe(true);
    expect(overTheWire({ ...frame, payload: events[type].payload.parse(frame.payload) })).toEqual(raw);
    expect(frame).not.toHaveProperty('requestId');
  });

  it.each(names.filter((name) => name.startsWith('ack.')))('hold %s, whole', (name) => {
    const raw = read('server', name);
    const type = requestTypes.find((key) => isOf(`ack.${key}`, name));
    const frame = ServerFrame.parse(raw);
    expect(frame).toMatchObject({ type: 'ack', requestId: expect.any(String) });
    const payload = requests[type as keyof typeof requests].result.parse(frame.payload);
    expect(overTheWire({ ...frame, payload })).toEqual(raw);
  });

  it.each(names.filter((name) => name.startsWith('nack.')))('hold %s, named after its code', (name) => {
    const raw = read('server', name);
    const frame = Nack.parse(raw);
    expect(overTheWire(frame)).toEqual(raw);
    const kebab = frame.payload.code.replaceAll(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
    expect(isOf(`nack.${kebab}`, name)).toBe(true);
  });

  it('show an event that a client has never heard of', () => {
    const frame = ServerFrame.parse(read('server', 'unknown-event'));
    expect(Object.hasOwn(events, frame.type)).toBe(false);
  });

  it('show fields that a client has never heard of', () => {
    const frame = ServerFrame.parse(read('server', 'unknown-field'));
    const known = ServerFrame.parse(read('server', 'chat.message'));
    expect(events['chat.message'].payload.parse(frame.payload)).toEqual(known.payload);
  });
});

type BodyPart = 'params' | 'query' | 'body';
const routeList = Object.entries<RouteDef>(routes);
const partNames: Record<BodyPart, string> = { params: 'params', query: 'query', body: 'request' };

const restSchemas = new Map<string, z.ZodType>(
  routeList.flatMap(([name, route]) => [
    ...(['params', 'query', 'body'] as const).flatMap((part): [string, z.ZodType][] =>
      route[part] ? [[`${name}.${partNames[part]}`, route[part]]] : [],
    ),
    ...Object.entries(route.responses).map(([status, schema]): [string, z.ZodType] => [
      `${name}.${status}`,
      schema,
    ]),
  ]),
);

describe('the golden REST bodies', () => {
  const names = namesIn('rest');

  it.each([...restSchemas.keys()])('have one for %s', (name) => {
    expect(names).toContain(name);
  });

  it.each(names)('hold %s, whole', (name) => {
    const key = [...restSchemas.keys()].find((candidate) => isOf(candidate, name));
    const schema = restSchemas.get(key as string) as z.ZodType;
    const raw = read('rest', name);
    const parsed = overTheWire(schema.parse(raw));
    // A query is text: its numbers come back as numbers.
    if (/\.query(\.|$)/.test(name)) expect(schema.parse(parsed)).toEqual(parsed);
    else expect(parsed).toEqual(raw);
  });

  it('carry, with each error, a code of that status', () => {
    for (const name of names.filter((each) => /\.4\d\d/.test(each))) {
      const { error } = read('rest', name) as { error: ErrorCode };
      expect(errorStatuses[error]).toBe(Number(/\.(4\d\d)/.exec(name)?.[1]));
    }
  });
});

/** What a server answers to a text message, as far as the contract alone decides. */
const refusalOf = (text: string): AppError | undefined => {
  if (isJsonTooDeep(text)) return new AppError('ValidationError', 'too deep');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return new AppError('ValidationError', 'not JSON');
  }
  const frame = ClientFrame.safeParse(json);
  if (!frame.success) return toValidationError(frame.error);
  if (!Object.hasOwn(requests, frame.data.type)) return new AppError('UnknownEvent', frame.data.type);
  const { payload } = requests[frame.data.type as keyof typeof requests];
  const parsed = payload.safeParse(frame.data.payload ?? {});
  return parsed.success ? undefined : toValidationError(parsed.error);
};

interface Invalid {
  send?: unknown;
  sendText?: string;
  route?: keyof typeof routes;
  part?: BodyPart;
  expect: { code: ErrorCode; status?: number; path?: (string | number)[] };
}

describe('the golden refusals', () => {
  const names = namesIn('invalid');

  it.each(names.filter((name) => name.startsWith('socket.')))('refuse %s', (name) => {
    const fixture = read('invalid', name) as Invalid;
    const refusal = refusalOf(fixture.sendText ?? JSON.stringify(fixture.send));
    expect(refusal?.code).toBe(fixture.expect.code);
    if (fixture.expect.path) expect(refusal?.issues?.[0]?.path).toEqual(fixture.expect.path);
  });

  it.each(names.filter((name) => name.startsWith('rest.')))('refuse %s', (name) => {
    const { route, part, send, expect: expected } = read('invalid', name) as Required<Invalid>;
    const parsed = (routes[route] as RouteDef)[part]?.safeParse(send);
    if (!parsed || parsed.success) throw new Error('it was accepted');
    const refusal = toValidationError(parsed.error);
    expect(refusal.code).toBe(expected.code);
    expect(errorStatuses[refusal.code]).toBe(expected.status);
    expect(refusal.issues?.[0]?.path).toEqual(expected.path);
  });

  it('are about the socket or about REST', () => {
    expect(names.filter((name) => !/^(socket|rest)\./.test(name))).toEqual([]);
  });
});
