import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, ErrorCode, errorStatuses, toValidationError, ValidationIssue } from './errors.ts';

const refuse = (schema: z.ZodType, input: unknown): AppError => {
  const parsed = schema.safeParse(input);
  if (parsed.success) throw new Error('it was accepted');
  return toValidationError(parsed.error);
};

describe('toValidationError', () => {
  const schema = z.object({ list: z.array(z.object({ name: z.string().min(2, 'Too short') })), n: z.int() });

  it('names the first place in its message and every place in its issues', () => {
    const error = refuse(schema, { list: [{ name: 'ab' }, { name: 'a' }], n: 'one' });
    expect(error).toBeInstanceOf(AppError);
    expect(error.code).toBe('ValidationError');
    expect(error.message).toBe('list.1.name: Too short');
    expect(error.issues?.map(({ path }) => path)).toEqual([['list', 1, 'name'], ['n']]);
    expect(error.retryable).toBe(false);
  });

  it('names no place where the whole is wrong', () => {
    const error = refuse(schema, null);
    expect(error.issues?.[0]?.path).toEqual([]);
    expect(error.message).not.toMatch(/^:/);
  });

  it('lists twenty issues at most, however many there are', () => {
    const error = refuse(
      z.array(z.string()),
      Array.from({ length: 5000 }, () => 1),
    );
    expect(error.issues).toHaveLength(20);
  });

  it('makes issues that the contract can carry, whatever the check', () => {
    const odd = z
      .object({ a: z.union([z.string(), z.number()]), b: z.record(z.string().max(1), z.unknown()) })
      .refine(() => false, { path: [Symbol('s')], message: 'custom' });
    for (const input of [
      { a: null, b: { long: 1 } },
      { a: 'x', b: {} },
    ]) {
      for (const issue of refuse(odd, input).issues ?? [])
        expect(ValidationIssue.parse(issue)).toEqual(issue);
    }
  });

  it('does not repeat what was sent', () => {
    const error = refuse(z.object({ password: z.string().min(8) }), { password: 'hunter2' });
    expect(JSON.stringify([error.message, error.issues])).not.toContain('hunter2');
  });
});

describe('AppError', () => {
  it('may be retried unchanged where the server is away or hurried, unless it says otherwise', () => {
    expect(new AppError('Unavailable', 'x').retryable).toBe(true);
    expect(new AppError('RateLimited', 'x', { retryAfterMs: 5 })).toMatchObject({
      retryable: true,
      retryAfterMs: 5,
    });
    expect(new AppError('Conflict', 'x').retryable).toBe(false);
    expect(new AppError('Unavailable', 'x', { retryable: false }).retryable).toBe(false);
  });

  it('keeps its cause', () => {
    const cause = new Error('inner');
    expect(new AppError('ServerError', 'x', { cause }).cause).toBe(cause);
  });
});

describe('the error codes', () => {
  it('include every code of the baseline', () => {
    const baseline = [
      'MissingToken',
      'InvalidToken',
      'RoomNotFound',
      'Forbidden',
      'NoActiveRoom',
      'ValidationError',
      'UnknownEvent',
      'ServerError',
      'Conflict',
      'Unauthorized',
    ];
    for (const code of baseline) expect(ErrorCode.parse(code)).toBe(code);
  });

  it('have an HTTP status of a failure', () => {
    for (const status of Object.values(errorStatuses)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
    }
  });

  it('are not what every object has', () => {
    for (const code of ['constructor', 'toString', '__proto__']) {
      expect(ErrorCode.safeParse(code).success).toBe(false);
    }
  });
});
