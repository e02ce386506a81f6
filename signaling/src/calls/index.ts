export { Calls } from './calls.ts';
export { createCallHandlers } from './handlers.ts';
export { createIceServersFor, type TurnConfig } from './ice-servers.ts';
export { createMediaEventListener } from './media-events.ts';
export { createSeatControl, type SeatControl } from './seat-control.ts';
export { createSeatedAuth } from './seated-auth.ts';
export { toParticipant } from './seats.ts';
