import { AppError, limits, toOneLine } from '@boltorezka/sdk';

export type AuthMode = 'sign-in' | 'sign-up';
export type AuthField = 'email' | 'password' | 'name';
export type AuthValues = Record<AuthField, string>;
export type FieldProblem =
  | 'required'
  | 'emailInvalid'
  | 'emailTaken'
  | 'passwordShort'
  | 'passwordLong'
  | 'nameLength';
export type FieldProblems = Partial<Record<AuthField, FieldProblem>>;

const emailProblem = (email: string): FieldProblem | undefined => {
  if (email.trim() === '') return 'required';
  return /^[^\s@]+@[^\s@]+$/.test(email.trim()) ? undefined : 'emailInvalid';
};

const passwordProblem = (password: string, mode: AuthMode): FieldProblem | undefined => {
  if (password === '') return 'required';
  if (password.length > limits.maxPasswordLength) return 'passwordLong';
  return mode === 'sign-up' && password.length < limits.minPasswordLength ? 'passwordShort' : undefined;
};

const nameProblem = (name: string, mode: AuthMode): FieldProblem | undefined => {
  if (mode === 'sign-in') return undefined;
  const { length } = toOneLine(name);
  if (length === 0) return 'required';
  return length < limits.minUserNameLength || length > limits.maxUserNameLength ? 'nameLength' : undefined;
};

/** What is wrong with the form before the server is asked. */
export const validateAuth = (mode: AuthMode, values: AuthValues): FieldProblems => {
  const problems: Record<AuthField, FieldProblem | undefined> = {
    email: emailProblem(values.email),
    password: passwordProblem(values.password, mode),
    name: nameProblem(values.name, mode),
  };
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined));
};

const problemOfIssue = { email: 'emailInvalid', password: 'passwordShort', name: 'nameLength' } as const;

/** Brings what the server refused back to the fields it speaks of; empty where it speaks of none. */
export const problemsOfError = (error: unknown, mode: AuthMode): FieldProblems => {
  if (!(error instanceof AppError)) return {};
  if (error.code === 'Conflict' && mode === 'sign-up') return { email: 'emailTaken' };
  const problems: FieldProblems = {};
  for (const { path } of error.issues ?? []) {
    const [field] = path;
    if (field === 'email' || field === 'password' || field === 'name')
      problems[field] = problemOfIssue[field];
  }
  return problems;
};
