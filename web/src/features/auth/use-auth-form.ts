import { AppError } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import {
  type AuthField,
  type AuthMode,
  type AuthValues,
  type FieldProblems,
  problemsOfError,
  validateAuth,
} from './model.ts';

type FormErrorKey = ReturnType<typeof errorTextKey> | 'auth.wrongCredentials';

const formErrorKey = (error: unknown, mode: AuthMode): FormErrorKey => {
  const unauthorized = error instanceof AppError && error.code === 'Unauthorized';
  return unauthorized && mode === 'sign-in' ? 'auth.wrongCredentials' : errorTextKey(error);
};

const focusFirst = (form: HTMLFormElement, problems: FieldProblems): void => {
  const input = [...form.elements].find(
    (element) => element instanceof HTMLInputElement && element.name in problems,
  );
  if (input instanceof HTMLInputElement) input.focus();
};

/** The state of the form: what is written in it, what is wrong with it, and whether the server is being asked. */
export const useAuthForm = (mode: AuthMode) => {
  const { auth } = useServices().client;
  const [values, setValues] = useState<AuthValues>({ email: '', password: '', name: '' });
  const [problems, setProblems] = useState<FieldProblems>({});
  const [errorKey, setErrorKey] = useState<FormErrorKey | null>(null);
  const [busy, setBusy] = useState(false);

  const change = (field: AuthField, value: string): void => {
    setValues((current) => ({ ...current, [field]: value }));
    setProblems(({ [field]: _mended, ...rest }) => rest);
  };
  const show = (form: HTMLFormElement, found: FieldProblems): void => {
    setProblems(found);
    focusFirst(form, found);
  };
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    setErrorKey(null);
    const found = validateAuth(mode, values);
    if (busy || Object.keys(found).length > 0) return show(form, found);
    setBusy(true);
    const { password } = values;
    const email = values.email.trim();
    try {
      if (mode === 'sign-up') await auth.register({ email, password, name: values.name.trim() });
      else await auth.login({ email, password });
    } catch (error) {
      const refused = problemsOfError(error, mode);
      if (Object.keys(refused).length > 0) show(form, refused);
      else setErrorKey(formErrorKey(error, mode));
    } finally {
      setBusy(false);
    }
  };
  return { values, problems, errorKey, busy, change, submit };
};
