import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { events, requests, routes } from '../src/index.ts';
import { createAsyncApi } from './asyncapi.ts';
import { createOpenApi } from './openapi.ts';
import { createSchemaSet, type Json } from './schema-set.ts';

const refsIn = (text: string): string[] =>
  [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? '');

const resolve = (document: Json, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, step) => (node as Json | undefined)?.[step.replaceAll('~1', '/')], document);

const documents = { openapi: createOpenApi('1.2.3'), asyncapi: createAsyncApi('1.2.3') };

describe.each(Object.entries(documents))('%s', (_, document) => {
  it('refers to nothing that it does not hold', () => {
    const refs = refsIn(JSON.stringify(document));
    expect(refs.length).toBeGreaterThan(50);
    for (const ref of refs) expect(resolve(document, ref), ref).toBeDefined();
  });

  it('lets readers ignore unknown fields', () => {
    expect(JSON.stringify(document)).not.toContain('"additionalProperties":false');
  });

  it('carries the version', () => {
    expect(document).toMatchObject({ info: { version: '1.2.3' } });
  });
});

describe('openapi', () => {
  const paths = documents.openapi.paths as Record<string, Record<string, Json>>;

  it('has every route under its own name', () => {
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map((op) => op.operationId));
    expect(ids.sort()).toEqual(Object.keys(routes).sort());
  });

  it('asks for what may be left out as optional, and promises what is always there', () => {
    const { schemas } = documents.openapi.components as { schemas: Record<string, { required: string[] }> };
    expect(schemas.CreateRoomBody?.required).toEqual(['slug', 'title']);
    expect(schemas.Room?.required).toContain('is_public');
    const { parameters } = paths['/v1/rooms/{slug}/messages']?.get ?? ({} as Json);
    const named = (name: string) => (parameters as Json[]).find((parameter) => parameter.name === name);
    expect(named('slug')).toMatchObject({ in: 'path', required: true });
    expect(named('before')).toMatchObject({ in: 'query', required: false });
    expect(named('limit')).toMatchObject({ in: 'query', required: false, schema: { default: 50 } });
  });
});

describe('asyncapi', () => {
  const operations = documents.asyncapi.operations as Record<string, Json>;

  it('receives every request, with its answers, and sends every event', () => {
    const byAction = (action: string) =>
      Object.keys(operations).filter((key) => operations[key]?.action === action);
    expect(byAction('receive').sort()).toEqual(Object.keys(requests).sort());
    expect(byAction('send').sort()).toEqual(Object.keys(events).sort());
    expect(operations['room.join']?.reply).toMatchObject({
      messages: ['room.join.ack', 'nack', 'room.joined', 'error'].map((name) => ({
        $ref: `#/channels/realtime/messages/${name}`,
      })),
    });
  });
});

describe('a set of schemas', () => {
  it('refuses one id for two shapes', () => {
    const set = createSchemaSet({ target: 'draft-2020-12' });
    const schema = z.object({ a: z.string().default('x') }).meta({ id: 'ShapeOfThisTest' });
    set.convert(schema, 'input');
    expect(() => set.convert(schema, 'output')).toThrow('"ShapeOfThisTest" differs');
  });
});
