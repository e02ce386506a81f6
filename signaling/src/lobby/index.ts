export { RoomActivityTeller } from './activity.ts';
export { createLobbyHandlers } from './handlers.ts';
export { Lobby } from './lobby.ts';
