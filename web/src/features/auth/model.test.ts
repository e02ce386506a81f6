import { AppError } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { problemsOfError, validateAuth } from './model.ts';

const good = { email: 'anna@example.org', password: 'correct horse', name: 'Анна' };

describe('the sign-up form', () => {
  it('takes a good form', () => {
    expect(validateAuth('sign-up', good)).toEqual({});
  });

  it('names every field that is wrong', () => {
    expect(validateAuth('sign-up', { email: 'anna', password: 'short', name: ' A ' })).toEqual({
      email: 'emailInvalid',
      password: 'passwordShort',
      name: 'nameLength',
    });
    expect(validateAuth('sign-up', { email: ' ', password: '', name: '  ' })).toEqual({
      email: 'required',
      password: 'required',
      name: 'required',
    });
  });

  it('counts of a name what is seen of it', () => {
    expect(validateAuth('sign-up', { ...good, name: 'A\u200B' })).toEqual({ name: 'nameLength' });
    expect(validateAuth('sign-up', { ...good, name: '\u200B\u202E' })).toEqual({ name: 'required' });
    expect(validateAuth('sign-up', { ...good, name: 'Анна\u200B' })).toEqual({});
  });
});

describe('the sign-in form', () => {
  it('asks for no name and does not judge the length of a password that exists', () => {
    expect(validateAuth('sign-in', { ...good, password: 'old', name: '' })).toEqual({});
  });
});

describe('what the server refuses', () => {
  it('comes back to its fields', () => {
    const issues = [{ path: ['password'], message: 'Too small', code: 'too_small' }];
    expect(problemsOfError(new AppError('ValidationError', 'password', { issues }), 'sign-up')).toEqual({
      password: 'passwordShort',
    });
    expect(problemsOfError(new AppError('Conflict', 'Taken'), 'sign-up')).toEqual({ email: 'emailTaken' });
  });

  it('belongs to no field where it is about the whole', () => {
    expect(problemsOfError(new AppError('Unauthorized', 'No'), 'sign-in')).toEqual({});
    expect(problemsOfError(new TypeError('failed'), 'sign-in')).toEqual({});
  });
});
