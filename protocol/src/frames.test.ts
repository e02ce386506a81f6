import { describe, expect, it } from 'vitest';
import { ClientFrame, closeCodes, events, isJsonTooDeep, limits, requests } from './index.ts';

const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('isJsonTooDeep', () => {
  it('lets the deepest allowed nesting through and refuses one level more', () => {
    expect(isJsonTooDeep(nest(limits.maxJsonDepth))).toBe(false);
    expect(isJsonTooDeep(nest(limits.maxJsonDepth + 1))).toBe(true);
  });

  it('counts objects and arrays alike', () => {
    expect(isJsonTooDeep('{"a":[{"b":[]}]}', 4)).toBe(false);
    expect(isJsonTooDeep('{"a":[{"b":[]}]}', 3)).toBe(true);
  });

  it('does not count what stands beside', () => {
    expect(isJsonTooDeep(`[${'[],'.repeat(1000)}[]]`, 2)).toBe(false);
  });

  it('does not count brackets in strings, after escaped quotes and backslashes too', () => {
    for (const text of ['[[[[', '"[[[[', '\\[[[[', '\\"[[[[', '\\\\', '\n{{{{']) {
      expect(isJsonTooDeep(JSON.stringify([text]), 1)).toBe(false);
      expect(isJsonTooDeep(JSON.stringify([text, [[]]]), 2)).toBe(true);
    }
  });

  it('takes a hostile 64 KiB without running out of stack', () => {
    expect(isJsonTooDeep('['.repeat(limits.maxPayloadBytes))).toBe(true);
    expect(isJsonTooDeep(']'.repeat(limits.maxPayloadBytes))).toBe(false);
    expect(isJsonTooDeep(`"${'\\'.repeat(limits.maxPayloadBytes)}`)).toBe(false);
  });
});

describe('the envelope', () => {
  it('needs a type alone', () => {
    expect(ClientFrame.parse({ type: 'ping' })).toEqual({ type: 'ping' });
  });

  it('speaks version 1 only', () => {
    expect(ClientFrame.safeParse({ v: 1, type: 'ping' }).success).toBe(true);
    for (const v of [0, 2, '1', null, true]) {
      expect(ClientFrame.safeParse({ v, type: 'ping' }).success).toBe(false);
    }
  });
});

describe('the registries', () => {
  it('give no name to both a request and an event, nor the names of answers', () => {
    const types = [...Object.keys(requests), ...Object.keys(events), 'ack', 'nack'];
    expect(new Set(types).size).toBe(types.length);
  });

  it('answer a request without requestId by an event that has the same payload', () => {
    for (const request of Object.values(requests)) {
      if (!('event' in request)) continue;
      const event: { payload: unknown } = events[request.event as keyof typeof events];
      expect(event).toBeDefined();
      const shape = (schema: unknown) => Object.keys((schema as { shape: object }).shape).sort();
      expect(shape(event.payload)).toEqual(shape(request.result));
    }
  });

  it('keep types short enough for a frame', () => {
    for (const type of Object.keys(requests))
      expect(type.length).toBeLessThanOrEqual(limits.maxFrameTypeLength);
  });

  it('give each close code one meaning', () => {
    const codes = Object.values(closeCodes);
    expect(new Set(codes).size).toBe(codes.length);
    expect(closeCodes).toMatchObject({ missingToken: 4001, invalidToken: 4002 });
  });
});
