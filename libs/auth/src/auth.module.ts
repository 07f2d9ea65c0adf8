/** Puts the auth context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CurrentRoles } from '@app/platform/http/access.js';
import { HttpModule } from '@app/platform/http/http.module.js';
import { ActivateUserHandler } from './application/commands/activate-user.js';
import { DeactivateUserHandler } from './application/commands/deactivate-user.js';
import { DemoteUserHandler } from './application/commands/demote-user.js';
import { EnsureAdminHandler } from './application/commands/ensure-admin.js';
import { PromoteUserHandler } from './application/commands/promote-user.js';
import { RegisterUserHandler } from './application/commands/register-user.js';
import { SignInHandler } from './application/commands/sign-in.js';
import { AllUsersHandler } from './application/queries/all-users.js';
import { UserByIdHandler } from './application/queries/user-by-id.js';
import { Passwords } from './domain/passwords.js';
import { Users } from './domain/users.js';
import { AdminFromSettings } from './infrastructure/admin-from-settings.js';
import { ArgonPasswords } from './infrastructure/argon-passwords.js';
import { AuthController } from './infrastructure/auth.controller.js';
import { PostgresCurrentRoles } from './infrastructure/postgres-current-roles.js';
import { PostgresUsers } from './infrastructure/postgres-users.js';
import { userSchema } from './infrastructure/user.schema.js';
import { UsersController } from './infrastructure/users.controller.js';

const commands = [
  RegisterUserHandler,
  SignInHandler,
  EnsureAdminHandler,
  PromoteUserHandler,
  DemoteUserHandler,
  DeactivateUserHandler,
  ActivateUserHandler,
];
const queries = [UserByIdHandler, AllUsersHandler];

/** Global for `CurrentRoles` alone: the guard before every context's routes asks it. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([userSchema])],
  providers: [
    ...commands,
    ...queries,
    { provide: Users, useClass: PostgresUsers },
    { provide: Passwords, useClass: ArgonPasswords },
    { provide: CurrentRoles, useClass: PostgresCurrentRoles },
    AdminFromSettings,
  ],
  exports: [CurrentRoles],
})
export class AuthModule {}

@Module({ imports: [AuthModule, HttpModule], controllers: [AuthController, UsersController] })
export class AuthApi {}

@Module({ imports: [AuthModule] })
export class AuthWorker {}
