export { acquireDataDirLock, DataDirInUseError, type DataDirLock } from './data-dir-lock.ts';
export { EmbeddedPostgresError } from './errors.ts';
export {
  type EmbeddedLog,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type PostmasterExit,
  startEmbeddedPostgres,
} from './postgres.ts';
