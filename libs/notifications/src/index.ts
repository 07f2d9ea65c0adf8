export { NotificationsApi, NotificationsModule, NotificationsWorker } from './notifications.module.js';
export { NotificationsSettings } from './notifications.settings.js';
export { MailRetention } from './infrastructure/mail-retention.schedule.js';
export { mailServerFindings } from './infrastructure/mail-server-findings.js';
