/** Every handler of the auth context. The module provides them, and specs wire them with fakes. */
import { ActivateUserHandler } from './commands/activate-user.js';
import { ChangePasswordHandler } from './commands/change-password.js';
import { ChangeProfileHandler } from './commands/change-profile.js';
import { CreateApiKeyHandler } from './commands/create-api-key.js';
import { CreateAdminHandler } from './commands/create-admin.js';
import { CreateFirstAdminHandler } from './commands/create-first-admin.js';
import { DeactivateUserHandler } from './commands/deactivate-user.js';
import { DemoteUserHandler } from './commands/demote-user.js';
import { EraseUserHandler } from './commands/erase-user.js';
import { EndSessionsHandler } from './commands/end-sessions.js';
import { EraseUserAsAdminHandler } from './commands/erase-user-as-admin.js';
import { GiveRoleHandler } from './commands/give-role.js';
import { LogInHandler } from './commands/log-in.js';
import { LogOutHandler } from './commands/log-out.js';
import { PromoteUserHandler } from './commands/promote-user.js';
import { RevokeApiKeyHandler } from './commands/revoke-api-key.js';
import { RefreshSessionHandler } from './commands/refresh-session.js';
import { RegisterUserHandler } from './commands/register-user.js';
import { MailRecipientsHandler } from './queries/mail-recipients.js';
import { MailTokenHandler } from './queries/mail-token.js';
import { RequestEmailVerificationHandler } from './commands/request-email-verification.js';
import { RequestPasswordResetHandler } from './commands/request-password-reset.js';
import { ResetPasswordHandler } from './commands/reset-password.js';
import { TakeRoleHandler } from './commands/take-role.js';
import { VerifyEmailHandler } from './commands/verify-email.js';
import { ApiKeyHandler } from './queries/api-key.js';
import { ApiKeysHandler } from './queries/api-keys.js';
import { Erasure } from './erasure.js';
import { WarnOfExpiringApiKeys } from './jobs/warn-of-expiring-api-keys.js';
import { HasRightHandler } from './queries/has-right.js';
import { UserHandler } from './queries/user.js';
import { UserWithEmailHandler } from './queries/user-with-email.js';
import { UsersErasedAfterHandler } from './queries/users-erased-after.js';
import { UsersHandler } from './queries/users.js';

/** Handlers of commands and queries. */
export const authHandlers = [
  ActivateUserHandler,
  ApiKeyHandler,
  ApiKeysHandler,
  CreateApiKeyHandler,
  RevokeApiKeyHandler,
  ChangePasswordHandler,
  ChangeProfileHandler,
  CreateAdminHandler,
  CreateFirstAdminHandler,
  DeactivateUserHandler,
  DemoteUserHandler,
  EraseUserHandler,
  EndSessionsHandler,
  EraseUserAsAdminHandler,
  GiveRoleHandler,
  HasRightHandler,
  LogInHandler,
  LogOutHandler,
  MailRecipientsHandler,
  MailTokenHandler,
  PromoteUserHandler,
  RefreshSessionHandler,
  RegisterUserHandler,
  RequestEmailVerificationHandler,
  RequestPasswordResetHandler,
  ResetPasswordHandler,
  TakeRoleHandler,
  VerifyEmailHandler,
  UserHandler,
  UserWithEmailHandler,
  UsersErasedAfterHandler,
  UsersHandler,
];

export const authJobs = [WarnOfExpiringApiKeys];

/** What several of them share, and reactions and jobs too. */
export const authServices = [Erasure];
