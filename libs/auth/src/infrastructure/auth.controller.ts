import { Body, Controller, Get, Header, HttpCode, Post, UseFilters } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuthorizationIgnored, Public, SignedIn, UserId } from '@app/platform/http/access.js';
import { AccessTokens } from '@app/platform/http/access-tokens.js';
import { Created } from '@app/platform/http/created.js';
import { Problems } from '@app/platform/http/problems.js';
import { RateLimited } from '@app/platform/http/rate-limit.js';
import { Unauthorized } from '@app/platform/http/http-errors.js';
import { type LoggedInUser, LogIn } from '../application/commands/log-in.js';
import { RegisterUser } from '../application/commands/register-user.js';
import { User } from '../application/queries/user.js';
import { UserView } from '../application/queries/user.view.js';
import { EmailInUse, PasswordOutOfRange, PasswordTooCommon, UserNotFound } from '../domain/errors.js';
import { PASSWORD_LENGTH } from '../domain/password.js';
import { LoginRequest, PasswordGrantRequest, RegisterRequest } from './auth.dto.js';
import { PasswordGrantFilter, PasswordGrantRefused, readPasswordGrant } from './password-grant.js';
import { LOGIN_PER_ACCOUNT, LOGIN_PER_ADDRESS, REGISTER_PER_ADDRESS } from './rate-limits.js';
import { PasswordGrantErrorView, PasswordGrantView, TokensView } from './tokens.view.js';

const BAD_CREDENTIALS = 'The e-mail address or the password is wrong.';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly tokens: AccessTokens,
  ) {}

  @Public()
  @RateLimited(REGISTER_PER_ADDRESS)
  @Post('register')
  @Created('/auth/me')
  @ApiOperation({ operationId: 'register', summary: 'Register a user' })
  @Problems(401, new EmailInUse(), new PasswordTooCommon(), new PasswordOutOfRange(PASSWORD_LENGTH), 429)
  async register(@Body() request: RegisterRequest): Promise<UserView> {
    return this.commands.execute(new RegisterUser(request.email, request.password, request.fullName));
  }

  @Public()
  @RateLimited(LOGIN_PER_ADDRESS, LOGIN_PER_ACCOUNT)
  @Post('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ operationId: 'login', summary: 'Log in with e-mail address and password' })
  @Problems(new Unauthorized(BAD_CREDENTIALS, 'auth.bad-credentials'), 401, 429)
  async login(@Body() request: LoginRequest): Promise<TokensView> {
    const user = await this.logIn(request.email, request.password);
    if (user === null) throw new Unauthorized(BAD_CREDENTIALS, 'auth.bad-credentials');
    return { ...(await this.tokens.issue(user)), tokenType: 'Bearer' };
  }

  @AuthorizationIgnored()
  @RateLimited(LOGIN_PER_ADDRESS, LOGIN_PER_ACCOUNT)
  @UseFilters(PasswordGrantFilter)
  @Post('access-token')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @ApiOperation({ operationId: 'issueAccessToken', summary: 'Log in with the OAuth2 password form, as the Authorize button does' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: PasswordGrantRequest })
  @ApiResponse({ status: 400, type: PasswordGrantErrorView, description: 'The form is incomplete, or the credentials are wrong.' })
  @Problems(429)
  async issueAccessToken(@Body() form: Record<string, unknown>): Promise<PasswordGrantView> {
    const { username, password } = readPasswordGrant(form);
    const user = await this.logIn(username, password);
    if (user === null) throw new PasswordGrantRefused('invalid_grant', BAD_CREDENTIALS);
    const { accessToken, expiresIn } = await this.tokens.issue(user);
    return { access_token: accessToken, token_type: 'bearer', expires_in: expiresIn };
  }

  @SignedIn()
  @Get('me')
  @ApiOperation({ operationId: 'readMe', summary: 'The user who is logged in' })
  @Problems(401, new UserNotFound())
  async readMe(@UserId() userId: string): Promise<UserView> {
    return this.queries.execute(new User(userId));
  }

  private logIn(email: string, password: string): Promise<LoggedInUser | null> {
    return this.commands.execute(new LogIn(email, password));
  }
}
