import { AppError } from '@boltorezka/protocol';
import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { toDatabaseError } from './db-errors.ts';

const told = (code: string, message: string): DatabaseError =>
  Object.assign(new DatabaseError(message, message.length, 'error'), { code });
const ofSocket = (code: string): Error => Object.assign(new Error('read'), { code });

describe('an error of the database', () => {
  it.each([
    told('57014', 'выполнение оператора отменено из-за тайм-аута'),
    told('25P03', 'закрытие соединения из-за тайм-аута простоя в транзакции'),
    told('40P01', 'обнаружена взаимоблокировка'),
    told('25006', 'в транзакции в режиме "только чтение" нельзя выполнить INSERT'),
    told('57P01', 'terminating connection due to administrator command'),
    told('53300', 'sorry, too many clients already'),
    ofSocket('ECONNRESET'),
    new Error('Query read timeout'),
    new Error('Connection terminated unexpectedly'),
  ])('may be tried again: $code $message', (error) => {
    const translated = toDatabaseError(error);
    expect(translated).toBeInstanceOf(AppError);
    expect(translated).toMatchObject({ code: 'Unavailable', retryable: true, cause: error });
  });

  it.each([
    told('23505', 'duplicate key value violates unique constraint "timeout"'),
    told('42703', 'column "terminated" does not exist'),
    new TypeError('x is not a function'),
  ])('stays what it is: $message', (error) => {
    expect(toDatabaseError(error)).toBe(error);
  });
});
