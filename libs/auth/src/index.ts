export { EnsureAdmin, type EnsuredAdmin } from './application/commands/ensure-admin.js';
export { AuthSettings } from './auth.settings.js';
export { AuthApi, AuthModule, AuthWorker } from './auth.module.js';
