/** Every handler of the auth context. The module provides them, and specs wire them with fakes. */
import { ActivateUserHandler } from './commands/activate-user.js';
import { ChangePasswordHandler } from './commands/change-password.js';
import { ChangeProfileHandler } from './commands/change-profile.js';
import { CreateAdminHandler } from './commands/create-admin.js';
import { CreateApiKeyHandler } from './commands/create-api-key.js';
import { CreateFirstAdminHandler } from './commands/create-first-admin.js';
import { DeactivateUserHandler } from './commands/deactivate-user.js';
import { DemoteUserHandler } from './commands/demote-user.js';
import { EndSessionsHandler } from './commands/end-sessions.js';
import { EraseUserAsAdminHandler } from './commands/erase-user-as-admin.js';
import { EraseUserHandler } from './commands/erase-user.js';
import { GiveRoleHandler } from './commands/give-role.js';
import { LogInHandler } from './commands/log-in.js';
import { LogOutHandler } from './commands/log-out.js';
import { PromoteUserHandler } from './commands/promote-user.js';
import { RefreshSessionHandler } from './commands/refresh-session.js';
import { RegisterUserHandler } from './commands/register-user.js';
import { RequestEmailVerificationHandler } from './commands/request-email-verification.js';
import { RequestPasswordResetHandler } from './commands/request-password-reset.js';
import { ResetPasswordHandler } from './commands/reset-password.js';
import { RevokeApiKeyHandler } from './commands/revoke-api-key.js';
import { TakeRoleHandler } from './commands/take-role.js';
import { VerifyEmailHandler } from './commands/verify-email.js';
import { Erasure } from './erasure.js';
import { WarnOfExpiringApiKeys } from './jobs/warn-of-expiring-api-keys.js';
import { ApiKeyHandler } from './queries/api-key.js';
import { ApiKeysHandler } from './queries/api-keys.js';
import { HasRightHandler } from './queries/has-right.js';
import { MailRecipientsHandler } from './queries/mail-recipients.js';
import { MailTokenHandler } from './queries/mail-token.js';
import { UserWithEmailHandler } from './queries/user-with-email.js';
import { UserHandler } from './queries/user.js';
import { UsersErasedAfterHandler } from './queries/users-erased-after.js';
import { UsersHandler } from './queries/users.js';

const commandHandlers = [
  ActivateUserHandler,
  ChangePasswordHandler,
  ChangeProfileHandler,
  CreateAdminHandler,
  CreateApiKeyHandler,
  CreateFirstAdminHandler,
  DeactivateUserHandler,
  DemoteUserHandler,
  EndSessionsHandler,
  EraseUserAsAdminHandler,
  EraseUserHandler,
  GiveRoleHandler,
  LogInHandler,
  LogOutHandler,
  PromoteUserHandler,
  RefreshSessionHandler,
  RegisterUserHandler,
  RequestEmailVerificationHandler,
  RequestPasswordResetHandler,
  ResetPasswordHandler,
  RevokeApiKeyHandler,
  TakeRoleHandler,
  VerifyEmailHandler,
];

const queryHandlers = [
  ApiKeyHandler,
  ApiKeysHandler,
  HasRightHandler,
  MailRecipientsHandler,
  MailTokenHandler,
  UserWithEmailHandler,
  UserHandler,
  UsersErasedAfterHandler,
  UsersHandler,
];

export const authHandlers = [...commandHandlers, ...queryHandlers];

/** What several of them share, and reactions and jobs too. */
export const authServices = [Erasure];

/** Run by the worker only. */
export const authJobs = [WarnOfExpiringApiKeys];
