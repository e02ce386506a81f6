export { createRemoteMedia, type RemoteMedia } from './remote-media.ts';
