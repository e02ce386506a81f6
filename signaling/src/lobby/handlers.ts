import type { Handlers } from '../ws/context.ts';
import type { Lobby } from './lobby.ts';

interface LobbyHandlerDeps {
  lobby: Lobby;
  /** Somebody looks at the list of rooms from here on. */
  onWatched: (userId: string) => void;
}

export const createLobbyHandlers = ({ lobby, onWatched }: LobbyHandlerDeps) =>
  ({
    'lobby.watch': async ({ connection }) => {
      const voice = await lobby.watch(connection);
      onWatched(connection.identity.userId);
      return { voice };
    },
  }) satisfies Partial<Handlers>;
