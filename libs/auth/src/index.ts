export { EnsureAdmin, type EnsuredAdmin } from './application/commands/ensure-admin.js';
export { AuthApi, AuthModule, AuthWorker } from './auth.module.js';
