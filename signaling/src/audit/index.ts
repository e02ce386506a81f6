export { createAuditRepository, recordAudit } from './repository.ts';
export { registerAuditRoutes } from './routes.ts';
