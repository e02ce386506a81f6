import type { ServerCapabilities } from '@boltorezka/protocol';
import type { Blocked } from '../people.ts';
import type { Connection, Log, OpenRoom, Store, Voice, VoiceOptions } from '../types.ts';

export interface VoiceDeps {
  connection: Connection;
  capabilities: Store<ServerCapabilities | null>;
  /** Keeps the room joined for as long as voice sits there. */
  openRoom: (slug: string) => OpenRoom;
  /** Whether somebody talks here: the socket is watched closely then. */
  setUrgent: (isUrgent: boolean) => void;
  /** Whom the user does not hear. */
  blocked: Blocked;
  options: VoiceOptions;
  random: () => number;
  log: Log;
}

export interface VoiceService extends Voice {
  /** Leaves without waiting: the page, or the session of the user, ends now. */
  leaveNow(): void;
  /** Nobody looks at the page any more. */
  dropPrepared(): void;
  /** The device has another network, or has one again. */
  handleNetworkChange(): void;
  /** As when the server tells that the media behind the seat is gone. */
  loseMedia(): void;
  /** Nothing gets through to the media server, or everything again. */
  setReachable(isReachable: boolean): Promise<void>;
  close(): void;
}
