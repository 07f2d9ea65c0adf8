export { RebuildReports } from './application/commands/rebuild-reports.js';
export { ReportsApi, ReportsModule, ReportsWorker } from './reports.module.js';
