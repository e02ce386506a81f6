export { createReportService } from './report-service.ts';
export { registerReportRoutes } from './routes.ts';
export { createWaiting, type TellWaiting, type Waiting } from './waiting.ts';
