import type { Connection } from './types.ts';

export interface AskingAnewDeps {
  connection: Pick<Connection, 'state' | 'onEvent'>;
  /** Nothing is asked for while nobody is. */
  isSignedIn: () => boolean;
  /** The socket stands, as it did not before. */
  onOnline: () => void;
  /** The server has lost track of what it told: it is to be asked within so long. */
  onResync: (spreadMs: number) => void;
}

/** Knows when what the server tells may have been missed, and is to be asked for. */
export interface AskingAnew {
  /** The socket stands, and somebody is signed in. */
  isOnline(): boolean;
  /** Somebody else is signed in, or nobody: what is known is of another person. */
  restart(): void;
  stop(): void;
}

/** Whatever is told over the socket is asked for each time it stands, and when the server says so: nobody told meanwhile. */
export const createAskingAnew = (deps: AskingAnewDeps): AskingAnew => {
  const { connection, isSignedIn, onOnline, onResync } = deps;
  let isOnline = false;
  const follow = (): void => {
    const wasOnline = isOnline;
    isOnline = isSignedIn() && connection.state.get().status === 'online';
    if (isOnline && !wasOnline) onOnline();
  };
  const stops = [
    connection.state.subscribe(follow),
    connection.onEvent((event) => {
      if (event.type === 'server.resync' && isSignedIn()) onResync(event.payload.spreadMs);
    }),
  ];
  return {
    isOnline: () => isOnline,
    restart: () => {
      isOnline = false;
      follow();
    },
    stop: () => {
      for (const stop of stops) stop();
    },
  };
};
