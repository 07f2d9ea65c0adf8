import { Body, Controller, Get, Header, HttpCode, Ip, Post, UseFilters } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { Public, LoggedIn } from '@app/platform/http/access/route-access.js';
import { AccessTokens } from '@app/platform/http/access/access-tokens.js';
import { FormBody } from '@app/platform/http/limits/bodies.js';
import { Created } from '@app/platform/http/created.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited, RateLimits } from '@app/platform/http/limits/rate-limit.js';
import { Unauthorized } from '@app/platform/http/problems/http-errors.js';
import { type LoggedInUser, LogIn } from '../application/commands/log-in.js';
import { RegisterUser } from '../application/commands/register-user.js';
import { User } from '../application/queries/user.js';
import { UserView } from '../application/queries/user.view.js';
import { EmailInUse, PasswordOutOfRange, PasswordTooCommon, UnknownLanguage, UserNotFound } from '../domain/errors.js';
import { PASSWORD_LENGTH } from '../domain/password.js';
import { emailOf, LoginRequest, PasswordGrantRequest, RegisterRequest } from './auth.dto.js';
import { PasswordGrantFilter, PasswordGrantRefused, readPasswordGrant } from './password-grant.js';
import { AuthProblemMembers } from './problem-members.view.js';
import { KnownNetworks } from './known-networks.js';
import { EMAIL_VERIFICATIONS, FAILED_LOGINS, FAILED_LOGINS_OF_ACCOUNT, LOGIN_PER_ADDRESS, REGISTER_PER_ADDRESS } from './rate-limits.js';
import { PasswordGrantErrorView, PasswordGrantView, TokensView } from './tokens.view.js';

const BAD_CREDENTIALS = 'The e-mail address or the password is wrong.';

@ApiTags('auth')
@ProblemMembers(AuthProblemMembers)
@Controller('auth')
export class AuthController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly tokens: AccessTokens,
    private readonly limits: RateLimits,
    private readonly networks: KnownNetworks,
  ) {}

  @Public()
  // Nobody is logged in who could own a key: it belongs to the address. A repeat needs the same body, and so the password.
  @Idempotent({ holdsPassword: true, ownerOf: emailOf })
  @RateLimited(REGISTER_PER_ADDRESS)
  @Post('register')
  @Created('/auth/me')
  @ApiOperation({ operationId: 'register', summary: 'Register a user' })
  @Problems(
    new EmailInUse(),
    new PasswordTooCommon(),
    new PasswordOutOfRange(PASSWORD_LENGTH),
    new UnknownLanguage('fr', ['de', 'en']),
    // Of a repeat whose user was erased meanwhile.
    new UserNotFound(),
  )
  async register(@Ip() ip: string, @Body() request: RegisterRequest): Promise<UserView> {
    const user = await this.registerWithinLimits(request);
    await this.networks.remember(user.id, ip);
    return user;
  }

  /** An address that was registered, erased and registered again gets no more mails in an hour than one that asks for them. */
  private async registerWithinLimits(request: RegisterRequest): Promise<UserView> {
    const quota = await this.limits.take(EMAIL_VERIFICATIONS, request);
    try {
      return await this.commands.execute(new RegisterUser(request, { sendsLink: quota?.isExceeded !== true }));
    } catch (error) {
      // No mail was sent.
      if (quota?.isExceeded === false) await this.limits.giveBack(EMAIL_VERIFICATIONS, request);
      throw error;
    }
  }

  @Public()
  @RateLimited(LOGIN_PER_ADDRESS)
  @Post('login')
  @HttpCode(200)
  @ApiOperation({ operationId: 'login', summary: 'Log in with e-mail address and password' })
  @Problems(new Unauthorized(BAD_CREDENTIALS, 'auth.bad-credentials'))
  async login(@Ip() ip: string, @Body() { email, password }: LoginRequest): Promise<TokensView> {
    const user = await this.logIn({ email, password, ip });
    if (user === null) throw new Unauthorized(BAD_CREDENTIALS, 'auth.bad-credentials');
    return { ...(await this.tokens.issue(user)), tokenType: 'Bearer', refreshToken: user.refreshToken };
  }

  @Public()
  @FormBody()
  @RateLimited(LOGIN_PER_ADDRESS)
  @UseFilters(PasswordGrantFilter)
  @Post('access-token')
  @HttpCode(200)
  @Header('Pragma', 'no-cache')
  @ApiOperation({ operationId: 'issueAccessToken', summary: 'Log in with the OAuth2 password form, as the Authorize button does' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: PasswordGrantRequest })
  @ApiResponse({ status: 400, type: PasswordGrantErrorView, description: 'The form is incomplete, or the credentials are wrong.' })
  async issueAccessToken(@Ip() ip: string, @Body() form: Record<string, unknown>): Promise<PasswordGrantView> {
    const { email, password } = readPasswordGrant(form);
    const user = await this.logIn({ email, password, ip });
    if (user === null) throw new PasswordGrantRefused('invalid_grant', BAD_CREDENTIALS);
    const { accessToken, expiresIn } = await this.tokens.issue(user);
    return { access_token: accessToken, token_type: 'bearer', expires_in: expiresIn, refresh_token: user.refreshToken };
  }

  @LoggedIn()
  @Get('me')
  @ApiOperation({ operationId: 'getMe', summary: 'The user who is logged in' })
  @Problems(new UserNotFound())
  async getMe(@UserId() userId: string): Promise<UserView> {
    return this.queries.execute(new User(userId));
  }

  /** Null for wrong credentials. Counted before the password is compared, so that guesses at the same moment are counted too. */
  private async logIn({ email, password, ip }: { email: string; password: string; ip: string }): Promise<LoggedInUser | null> {
    await this.limits.consume(FAILED_LOGINS, { email, ip });
    const isKnown = await this.networks.include({ email, ip });
    if (!isKnown) await this.limits.consume(FAILED_LOGINS_OF_ACCOUNT, { email });
    let isFailure = false;
    try {
      const user = await this.commands.execute(new LogIn(email, password));
      isFailure = user === null;
      if (user !== null) await this.networks.remember(user.userId, ip);
      return user;
    } finally {
      if (!isFailure) {
        await this.limits.giveBack(FAILED_LOGINS, { email, ip });
        if (!isKnown) await this.limits.giveBack(FAILED_LOGINS_OF_ACCOUNT, { email });
      }
    }
  }
}
