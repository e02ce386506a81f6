import type { AuthResult } from '@boltorezka/protocol';

export interface Answered<T = Record<string, unknown>> {
  status: number;
  body: T;
  headers: Headers;
}

export interface CallOptions {
  token?: string | undefined;
  body?: object;
  headers?: Record<string, string>;
}

/** One REST call, as any client makes it: `await call(url, 'GET /v1/auth/me', { token })`. */
export const call = async <T = Record<string, never>>(
  url: string,
  what: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`,
  { token, body, headers = {} }: CallOptions = {},
): Promise<Answered<T>> => {
  const [method = '', path = ''] = what.split(' ');
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T, headers: response.headers };
};

/** The password of everybody whom tests sign up. */
export const testPassword = 'password123';

export const signIn = async (url: string, email: string, password = testPassword): Promise<AuthResult> => {
  const { status, body } = await call<AuthResult>(url, 'POST /v1/auth/login', { body: { email, password } });
  if (status !== 200) throw new Error(`signing in: ${status} ${JSON.stringify(body)}`);
  return body;
};
