import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@app/platform/http/access/route-access.js';
import { AccessTokens } from '@app/platform/http/access/access-tokens.js';
import { Unauthorized } from '@app/platform/http/problems/http-errors.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited, RateLimits } from '@app/platform/http/limits/rate-limit.js';
import { LogOut } from '../application/commands/log-out.js';
import { RefreshSession } from '../application/commands/refresh-session.js';
import { DerivedTokens } from '../domain/derived-tokens.js';
import { sessionIdOf } from '../domain/session.js';
import { RefreshTokenRequest } from './auth.dto.js';
import { REFRESH_PER_ADDRESS, REFRESH_PER_SESSION } from './rate-limits.js';
import { TokensView } from './tokens.view.js';

const REFRESH_REFUSED = new Unauthorized('The session has ended. Log in again.', 'auth.refresh-token-invalid');

@ApiTags('auth')
@Controller('auth')
export class SessionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly tokens: AccessTokens,
    private readonly derivedTokens: DerivedTokens,
    private readonly limits: RateLimits,
  ) {}

  @Public()
  @RateLimited(REFRESH_PER_ADDRESS)
  @Post('refresh')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'refreshTokens',
    summary: 'Get new tokens without the password',
    description:
      'A refresh token is good once. The same one within 10 seconds gets the same successor, for a client that lost the answer. Sent later, it ' +
      'ends the session: another person may have it.',
  })
  @Problems(REFRESH_REFUSED)
  async refreshTokens(@Body() { refreshToken }: RefreshTokenRequest): Promise<TokensView> {
    // The id of a session is no secret. Who invents a token of it must not use up what its owner may do.
    if (this.derivedTokens.isRefreshToken(refreshToken))
      await this.limits.consume(REFRESH_PER_SESSION, { sessionId: sessionIdOf(refreshToken) });
    const user = await this.commands.execute(new RefreshSession(refreshToken));
    if (user === null) throw REFRESH_REFUSED;
    return { ...(await this.tokens.issue(user)), tokenType: 'Bearer', refreshToken: user.refreshToken };
  }

  @Public()
  @RateLimited(REFRESH_PER_ADDRESS)
  @Post('logout')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'logOut',
    summary: 'End the session of a refresh token',
    description: 'Its access tokens are refused within a second. A token that is unknown, old or ended gets the same answer.',
  })
  async logOut(@Body() { refreshToken }: RefreshTokenRequest): Promise<void> {
    await this.commands.execute(new LogOut(refreshToken));
  }
}
