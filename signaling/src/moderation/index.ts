export { createReportService } from './report-service.ts';
export { registerReportRoutes } from './routes.ts';
export { createTellAllWaiting, createTellWaiting, type TellWaiting } from './waiting.ts';
