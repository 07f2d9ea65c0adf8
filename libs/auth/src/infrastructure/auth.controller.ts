import { Body, Controller, Get, Header, HttpCode, Post, UseFilters } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuthorizationIgnored, Public, SignedIn, UserId } from '@app/platform/http/access.js';
import { AccessTokens } from '@app/platform/http/access-tokens.js';
import { Created } from '@app/platform/http/created.js';
import { Problems } from '@app/platform/http/problems.js';
import { RateLimited } from '@app/platform/http/rate-limit.js';
import { Unauthorized } from '@app/platform/http/http-errors.js';
import { RegisterUser } from '../application/commands/register-user.js';
import { SignIn, type SignedInUser } from '../application/commands/sign-in.js';
import { UserById } from '../application/queries/user-by-id.js';
import { EmailInUse, PasswordOutOfRange, PasswordTooCommon, UserNotFound } from '../domain/errors.js';
import { PASSWORD_LENGTH } from '../domain/password.js';
import {
  LoginRequest,
  PasswordGrantRefusalResponse,
  PasswordGrantRequest,
  PasswordGrantResponse,
  RegisterRequest,
  TokensResponse,
  UserResponse,
} from './auth.dto.js';
import { PasswordGrantFilter, PasswordGrantRefused, readPasswordGrant } from './password-grant.js';
import { LOGIN_PER_ACCOUNT, LOGIN_PER_ADDRESS, REGISTER_PER_ADDRESS } from './rate-limits.js';

const WRONG = 'The e-mail address or the password is wrong.';

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
  @ApiOperation({ operationId: 'register', summary: 'Open an account' })
  @Problems(401, new EmailInUse(), new PasswordTooCommon(), new PasswordOutOfRange(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max), 429)
  async register(@Body() request: RegisterRequest): Promise<UserResponse> {
    return this.commands.execute(new RegisterUser(request.email, request.password, request.fullName));
  }

  @Public()
  @RateLimited(LOGIN_PER_ADDRESS, LOGIN_PER_ACCOUNT)
  @Post('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ operationId: 'login', summary: 'Sign in with e-mail address and password' })
  @Problems(new Unauthorized(WRONG, 'auth.bad-credentials'), 401, 429)
  async login(@Body() request: LoginRequest): Promise<TokensResponse> {
    const user = await this.signedIn(request.email, request.password);
    if (user === null) throw new Unauthorized(WRONG, 'auth.bad-credentials');
    return { ...(await this.tokens.issue(user)), tokenType: 'Bearer' };
  }

  @AuthorizationIgnored()
  @RateLimited(LOGIN_PER_ADDRESS, LOGIN_PER_ACCOUNT)
  @UseFilters(PasswordGrantFilter)
  @Post('access-token')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @ApiOperation({ operationId: 'issueAccessToken', summary: 'Sign in with the OAuth2 password form, as the Authorize button does' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: PasswordGrantRequest })
  @ApiResponse({ status: 400, type: PasswordGrantRefusalResponse, description: 'The form is incomplete, or the credentials are wrong.' })
  @Problems(429)
  async issueAccessToken(@Body() form: Record<string, unknown>): Promise<PasswordGrantResponse> {
    const { username, password } = readPasswordGrant(form);
    const user = await this.signedIn(username, password);
    if (user === null) throw new PasswordGrantRefused('invalid_grant', WRONG);
    const { accessToken, expiresIn } = await this.tokens.issue(user);
    return { access_token: accessToken, token_type: 'bearer', expires_in: expiresIn };
  }

  @SignedIn()
  @Get('me')
  @ApiOperation({ operationId: 'readMe', summary: 'My account' })
  @Problems(401, new UserNotFound())
  async readMe(@UserId() userId: string): Promise<UserResponse> {
    return this.queries.execute(new UserById(userId));
  }

  private signedIn(email: string, password: string): Promise<SignedInUser | null> {
    return this.commands.execute(new SignIn(email, password));
  }
}
