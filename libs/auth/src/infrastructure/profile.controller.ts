import { Body, Controller, Delete, HttpCode, Patch, Put } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { SessionId, UserId } from '@app/platform/http/access/caller.js';
import { LoggedIn } from '@app/platform/http/access/route-access.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { ChangePassword } from '../application/commands/change-password.js';
import { ChangeProfile } from '../application/commands/change-profile.js';
import { EraseUser } from '../application/commands/erase-user.js';
import { User } from '../application/queries/user.js';
import { UserView } from '../application/queries/user.view.js';
import {
  LastAdmin,
  PasswordOutOfRange,
  PasswordTooCommon,
  PasswordWrong,
  ReservationsAhead,
  UnknownLanguage,
  UserNotFound,
} from '../domain/errors.js';
import { PASSWORD_LENGTH } from '../domain/password.js';
import { ChangePasswordRequest, ChangeProfileRequest, EraseUserRequest } from './auth.dto.js';
import { AuthProblemMembers } from './problem-members.view.js';
import { LOGIN_PER_ADDRESS, PASSWORD_CHANGES } from './rate-limits.js';

const EXAMPLE_ID = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';

@ApiTags('auth')
@ProblemMembers(AuthProblemMembers)
@Controller('auth/me')
export class ProfileController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @LoggedIn()
  @Patch()
  @ApiOperation({
    operationId: 'changeProfile',
    summary: 'Change your name or language',
    description: 'What is left out stays as it is. The language is that of mails to the user.',
  })
  @Problems(new UserNotFound(), new UnknownLanguage('fr', ['de', 'en']))
  async changeProfile(@UserId() userId: string, @Body() { fullName, language }: ChangeProfileRequest): Promise<UserView> {
    await this.commands.execute(new ChangeProfile(userId, { fullName, language }));
    return this.queries.execute(new User(userId));
  }

  @LoggedIn()
  @RateLimited(PASSWORD_CHANGES, LOGIN_PER_ADDRESS)
  @Put('password')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change your password',
    description: 'Asks for the current password. Ends the other sessions of the user within a second; this one stays.',
  })
  @Problems(new UserNotFound(), new PasswordWrong(), new PasswordTooCommon(), new PasswordOutOfRange(PASSWORD_LENGTH))
  async changePassword(
    @UserId() userId: string,
    @SessionId() sessionId: string | undefined,
    @Body() { currentPassword, newPassword }: ChangePasswordRequest,
  ): Promise<void> {
    await this.commands.execute(new ChangePassword(userId, { currentPassword, newPassword, keptSessionId: sessionId }));
  }

  @LoggedIn()
  @RateLimited(PASSWORD_CHANGES, LOGIN_PER_ADDRESS)
  @Delete()
  @HttpCode(204)
  @ApiOperation({
    operationId: 'eraseMe',
    summary: 'Erase your account and everything that names you',
    description:
      'Cannot be undone, so it asks for the password. Holds are cancelled, all sessions end, and tokens are refused within a second; the e-mail ' +
      'address can be registered again. Ended reservations and payments stay in the books of the cinema, without the person. Refused while there ' +
      'are paid reservations for showtimes ahead.',
  })
  @Problems(new UserNotFound(), new PasswordWrong(), new LastAdmin(), new ReservationsAhead([EXAMPLE_ID]))
  async eraseMe(@UserId() userId: string, @Body() { password }: EraseUserRequest): Promise<void> {
    await this.commands.execute(new EraseUser(userId, password));
  }
}
