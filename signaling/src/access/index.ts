export { notifyAccessChange, notifyAccessChanges } from './change.ts';
export { AccessEnforcer } from './enforcer.ts';
export { isBannedFromServer, isLetIn } from './let-in-repository.ts';
export { createAccessRepository, type Place } from './repository.ts';
export { RoomBans } from './room-bans.ts';
