export { acquireDataDirLock, DataDirInUseError } from './data-dir-lock.ts';
export { EmbeddedPostgresError } from './errors.ts';
export { startEmbeddedPostgres } from './postgres.ts';
