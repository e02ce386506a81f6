export { notifyAccessChange, notifyAccessChanges } from './change.ts';
export { AccessEnforcer } from './enforcer.ts';
export { createAccessRepository } from './repository.ts';
