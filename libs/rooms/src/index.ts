export { timeZoneFindings } from './infrastructure/time-zone-findings.js';
export { RoomsApi, RoomsModule, RoomsWorker } from './rooms.module.js';
