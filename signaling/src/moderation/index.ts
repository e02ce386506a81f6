export { createReportService } from './report-service.ts';
export { registerReportRoutes } from './routes.ts';
export {
  createTellAllWaiting,
  createTellServerWaiting,
  createTellWaiting,
  type TellWaiting,
} from './waiting.ts';
