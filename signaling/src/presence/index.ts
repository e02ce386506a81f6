export { Presence } from './presence.ts';
export { PresenceSharing } from './sharing.ts';
