import type { RoomState } from '../types/room.ts';
import { mayNothing } from './policy.ts';

/** A room of which nothing is known yet. */
export const initialRoomState = (slug: string): RoomState => ({
  slug,
  id: null,
  title: slug,
  status: 'joining',
  error: null,
  removed: null,
  details: null,
  self: null,
  may: mayNothing,
  members: [],
  participants: [],
  speakingUserIds: [],
  typing: [],
  messages: [],
  isAtNewest: true,
  hasOlder: false,
  loadingOlder: false,
  hasNewer: false,
  loadingNewer: false,
  newerCount: 0,
  historyError: null,
  readSeq: null,
  unreadLineSeq: null,
  unreadThreads: {},
});
