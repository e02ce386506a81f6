import type { Database } from '../platform/db.ts';
import type { Logger } from '../platform/log.ts';
import { LogGeneration } from './log-generation.ts';
import { createMarker } from './marker.ts';
import { createLogGenerationRepository } from './repository.ts';

export interface LogGenerationOptions {
  db: Database;
  dataDir: string;
  log: Logger;
}

export const createLogGeneration = ({ db, dataDir, log }: LogGenerationOptions): LogGeneration =>
  new LogGeneration({ repository: createLogGenerationRepository(db), marker: createMarker(dataDir), log });
