/** The modules of the auth context: what every process provides, and what the API and the worker add to it. */
import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KnownApiKeys } from '@app/platform/http/access/api-keys.js';
import { CurrentRights, RevokedAccess } from '@app/platform/http/access/current-rights.js';
import { HttpModule } from '@app/platform/http/http.module.js';
import { authHandlers, authJobs, authServices } from './application/handlers.js';
import { ApiKeys } from './domain/api-keys.js';
import { DerivedTokens } from './domain/derived-tokens.js';
import { Passwords } from './domain/passwords.js';
import { Sessions } from './domain/sessions.js';
import { Users } from './domain/users.js';
import { AdminFromSettings } from './infrastructure/admin-from-settings.js';
import { ApiKeysController } from './infrastructure/api-keys.controller.js';
import { ArgonPasswords } from './infrastructure/argon-passwords.js';
import { AuthController } from './infrastructure/auth.controller.js';
import { HmacTokens } from './infrastructure/hmac-tokens.js';
import { PostgresApiKeys } from './infrastructure/postgres-api-keys.js';
import { PostgresCurrentRights } from './infrastructure/postgres-current-rights.js';
import { PostgresKnownApiKeys } from './infrastructure/postgres-known-api-keys.js';
import { PostgresRevokedAccess } from './infrastructure/postgres-revoked-access.js';
import { PostgresSessions } from './infrastructure/postgres-sessions.js';
import { PostgresUsers } from './infrastructure/postgres-users.js';
import { KnownNetworks } from './infrastructure/known-networks.js';
import { MailLinksController } from './infrastructure/mail-links.controller.js';
import { ProfileController } from './infrastructure/profile.controller.js';
import { AuthRetention, AuthRetentionSchedule } from './infrastructure/auth.schedule.js';
import { SessionsController } from './infrastructure/sessions.controller.js';
import { userSchema } from './infrastructure/user.schema.js';
import { UsersController } from './infrastructure/users.controller.js';

const ports = [
  { provide: Users, useClass: PostgresUsers },
  { provide: Sessions, useClass: PostgresSessions },
  { provide: Passwords, useClass: ArgonPasswords },
  { provide: DerivedTokens, useClass: HmacTokens },
  { provide: ApiKeys, useClass: PostgresApiKeys },
  { provide: KnownApiKeys, useClass: PostgresKnownApiKeys },
  { provide: CurrentRights, useClass: PostgresCurrentRights },
  { provide: RevokedAccess, useClass: PostgresRevokedAccess },
];

/** Global because of `CurrentRights`, `KnownApiKeys` and `RevokedAccess` alone: the access guard of every context's routes needs them. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([userSchema])],
  providers: [...ports, ...authServices, ...authHandlers, AdminFromSettings],
  exports: [ApiKeys, CurrentRights, DerivedTokens, KnownApiKeys, RevokedAccess],
})
export class AuthModule {}

@Module({
  imports: [AuthModule, HttpModule],
  providers: [KnownNetworks],
  controllers: [ApiKeysController, AuthController, MailLinksController, ProfileController, SessionsController, UsersController],
})
export class AuthApi {}

@Module({ imports: [AuthModule], providers: [...authJobs, AuthRetention, AuthRetentionSchedule] })
export class AuthWorker {}
