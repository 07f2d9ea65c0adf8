export { ReportsApi, ReportsWorker } from './reports.module.js';
