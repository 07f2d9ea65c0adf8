export { NotificationsApi, NotificationsWorker } from './notifications.module.js';
export { NotificationsSettings } from './notifications.settings.js';
export { mailServerFindings } from './infrastructure/mail-server-findings.js';
