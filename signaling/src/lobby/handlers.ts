import type { Handlers } from '../ws/context.ts';
import type { Lobby } from './lobby.ts';

export const createLobbyHandlers = ({ lobby }: { lobby: Lobby }) =>
  ({
    'lobby.watch': async ({ connection }) => ({ voice: await lobby.watch(connection) }),
  }) satisfies Partial<Handlers>;
