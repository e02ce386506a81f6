export { MediaFleet } from './fleet.ts';
export type { RoomCandidates } from './placement.ts';
export { createRemoteMedia } from './remote-media.ts';
export type { RemoteMedia } from './remote-media-types.ts';
