import { createClient } from '../src/client.ts';
import type { Client, ClientOptions } from '../src/types.ts';
import type { ScriptedServer } from './scripted-server.ts';
import { until } from './until.ts';

/** A client whose retries do not wait, signed in and online. */
export const createSignedInClient = async (
  server: ScriptedServer,
  options: Partial<ClientOptions> = {},
): Promise<Client> => {
  const client = createClient({ baseUrl: server.baseUrl, random: () => 0, ...options });
  await client.auth.login({ email: 'ann@example.org', password: 'password123' });
  await until(client.connection.state, ({ status }) => status === 'online');
  return client;
};
