export { ActivateUser } from './application/commands/activate-user.js';
export { CreateAdmin } from './application/commands/create-admin.js';
export { EndSessions } from './application/commands/end-sessions.js';
export { EraseUserAsAdmin } from './application/commands/erase-user-as-admin.js';
export { PromoteUser } from './application/commands/promote-user.js';
export { UserWithEmail } from './application/queries/user-with-email.js';
export { AuthRetention } from './infrastructure/auth.schedule.js';
export { AuthSettings } from './auth.settings.js';
export { AuthApi, AuthModule, AuthWorker } from './auth.module.js';
