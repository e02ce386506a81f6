export { createLobbyHandlers } from './handlers.ts';
export { Lobby } from './lobby.ts';
