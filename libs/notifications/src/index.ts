export { DeleteOldMails } from './application/jobs/delete-old-mails.js';
export { NotificationsApi, NotificationsModule, NotificationsWorker } from './notifications.module.js';
export { NotificationsSettings } from './notifications.settings.js';
export { mailServerFindings } from './infrastructure/mail-server-findings.js';
