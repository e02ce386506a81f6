export { MediaFleet } from './fleet.ts';
export { createRemoteMedia, type RemoteMedia } from './remote-media.ts';
