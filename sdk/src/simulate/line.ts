import type { WebSocketLike } from '../types.ts';
import { LinedSocket } from './lined-socket.ts';

export interface LineDeps {
  webSocket: (url: string) => WebSocketLike;
  fetch: typeof fetch;
}

/** `open`: as the network is. `blocked`: nothing passes and nobody is told. `refused`: nobody listens at the server. */
export type LineState = 'open' | 'blocked' | 'refused';

/** The client's way to its server, which may be hurt on purpose; unhurt, it changes nothing. */
export interface Line extends LineDeps {
  readonly state: LineState;
  /** Whatever is asked over the socket is answered with `Unavailable`. */
  isServerHelpless: boolean;
  /** Ends every socket without a word of goodbye. */
  cut(): void;
  set(state: LineState): void;
  close(): void;
}

const createFetch =
  (line: Pick<Line, 'state'>, inner: typeof fetch): typeof fetch =>
  async (input, init) => {
    // What a blocked request does in truth, it would do too late for whoever tries things out.
    if (line.state !== 'open') throw new TypeError('Failed to fetch: the network is away on purpose');
    return inner(input, init);
  };

export const createLine = (deps: LineDeps): Line => {
  const sockets = new Set<LinedSocket>();
  let state: LineState = 'open';
  const line: Line = {
    isServerHelpless: false,
    get state() {
      return state;
    },
    webSocket: (url) => {
      const socket: LinedSocket = new LinedSocket({
        line,
        open: () => deps.webSocket(url),
        onClosed: () => sockets.delete(socket),
      });
      sockets.add(socket);
      return socket;
    },
    fetch: (input, init) => lined(input, init),
    cut: () => {
      for (const socket of [...sockets]) socket.cut();
    },
    set: (next) => {
      state = next;
      if (state === 'refused') line.cut();
      else for (const socket of [...sockets]) socket.handleLine();
    },
    close: () => sockets.clear(),
  };
  const lined = createFetch(line, deps.fetch);
  return line;
};
