import { type AccountBan, AppError } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { errorTextKey, isCode } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { enterInvited } from './invited.ts';
import {
  type AuthField,
  type AuthMode,
  type AuthValues,
  type FieldProblems,
  problemsOfError,
  validateAuth,
} from './model.ts';

type FormErrorKey =
  | ReturnType<typeof errorTextKey>
  | 'auth.wrongCredentials'
  | 'auth.tooManyGuesses'
  | 'auth.banned'
  | 'invite.ended'
  | 'invite.notLetIn';

interface Attempt {
  mode: AuthMode;
  isInvited: boolean;
}

/** Of an address, attempts are counted for a minute; of an account, for longer. */
const longestOfAddressMs = 60_000;

/** How many minutes an account stays closed to devices that it does not know; null where that is not what is wrong. */
const minutesToWait = (error: unknown): number | null =>
  isCode(error, 'RateLimited') && (error.retryAfterMs ?? 0) > longestOfAddressMs
    ? Math.ceil((error.retryAfterMs ?? 0) / 60_000)
    : null;

/** Why an account is closed, and until when, only the server can say. */
const banOf = (error: unknown): AccountBan | null => (error instanceof AppError && error.ban) || null;

const formErrorKey = (error: unknown, { mode, isInvited }: Attempt): FormErrorKey => {
  if (isCode(error, 'Unauthorized') && mode === 'sign-in') return 'auth.wrongCredentials';
  if (minutesToWait(error) !== null) return 'auth.tooManyGuesses';
  if (!isCode(error, 'Forbidden')) return errorTextKey(error);
  if (mode === 'sign-in' || banOf(error)) return 'auth.banned';
  return isInvited ? 'invite.ended' : 'invite.notLetIn';
};

const focusFirst = (form: HTMLFormElement, problems: FieldProblems): void => {
  const input = [...form.elements].find(
    (element) => element instanceof HTMLInputElement && element.name in problems,
  );
  if (input instanceof HTMLInputElement) input.focus();
};

/** The state of the form: what is written in it, what is wrong with it, and whether the server is being asked. */
export const useAuthForm = (mode: AuthMode, invitation: string | null) => {
  const services = useServices();
  const { auth } = services.client;
  const [values, setValues] = useState<AuthValues>({ email: '', password: '', name: '' });
  const [problems, setProblems] = useState<FieldProblems>({});
  const [failure, setFailure] = useState<unknown>(null);
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
    setFailure(null);
    const found = validateAuth(mode, values);
    if (busy || Object.keys(found).length > 0) return show(form, found);
    setBusy(true);
    const { password } = values;
    const email = values.email.trim();
    try {
      if (mode === 'sign-up') {
        const name = values.name.trim();
        const registered = await auth.register({
          ...{ email, password, name },
          ...(invitation && { invitation }),
        });
        if (invitation) await enterInvited(services, registered, invitation);
      } else await auth.login({ email, password });
    } catch (error) {
      const refused = problemsOfError(error, mode);
      if (Object.keys(refused).length > 0) show(form, refused);
      else setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const errorKey = failure === null ? null : formErrorKey(failure, { mode, isInvited: invitation !== null });
  const minutes = minutesToWait(failure) ?? 0;
  return { values, problems, errorKey, minutes, ban: banOf(failure), busy, change, submit };
};
