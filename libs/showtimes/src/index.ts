export { ImportSchedule } from './application/commands/import-schedule.js';
export { ScheduleDryRun } from './application/queries/schedule-dry-run.js';
export type { ScheduleImportView } from './application/queries/schedule-import.view.js';
export { ScheduleRefused } from './domain/errors.js';
export type { ScheduleFault } from './domain/schedule-file.js';
export { localTimeFindings } from './infrastructure/local-time-findings.js';
export { MAX_SCHEDULE_BYTES } from './infrastructure/schedule-file/limits.js';
export { readSchedule } from './infrastructure/schedule-file/read-schedule.js';
export { ShowtimesApi, ShowtimesModule, ShowtimesWorker } from './showtimes.module.js';
