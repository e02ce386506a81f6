import { randomUUID } from 'node:crypto';
import type { AuthResult, CreateRoomBody, Room } from '@boltorezka/protocol';

const post = async (url: string, body: object, options: { token?: string; signal?: AbortSignal } = {}) => {
  const { token, signal } = options;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  if (response.status !== 201) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
};

interface Newcomer {
  name?: string | undefined;
  email?: string;
  signal?: AbortSignal;
}

/** Signs somebody up. Where no address is named, it is one that nobody else has. */
export const register = async (url: string, newcomer: Newcomer = {}): Promise<AuthResult> => {
  const { name = 'Somebody', email = `${randomUUID().slice(0, 8)}@example.org`, signal } = newcomer;
  const body = { email, password: 'password123', name };
  return (await post(`${url}/v1/auth/register`, body, signal && { signal })) as AuthResult;
};

/** Where no slug is named, it is one that no other room has. */
export const createRoom = async (
  url: string,
  token: string,
  room: Partial<CreateRoomBody> = {},
): Promise<Room> => {
  const body = { slug: `room-${randomUUID().slice(0, 8)}`, title: 'A room', ...room };
  const created = (await post(`${url}/v1/rooms`, body, { token })) as { room: Room };
  return created.room;
};
