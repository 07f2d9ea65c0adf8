/** Who may call a route: signed-in users by default, everybody with `@Public()`, admins with `@AdminOnly()`. */
import { createParamDecorator, type ExecutionContext, Injectable, SetMetadata, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { ApiBearerAuth, ApiOAuth2 } from '@nestjs/swagger';
import { Forbidden } from '@app/kernel/domain-error.js';
import type { FastifyRequest } from 'fastify';
import { AccessTokenStrategy } from './access-token-strategy.js';
import { Unauthorized } from './http-errors.js';
import type { Principal, UserRole } from './principal.js';

/** Where a route, or its controller, keeps who may call it. */
export const ACCESS = 'platform.access';
type Access = 'authorization-ignored' | 'public' | 'user' | 'admin';

/** Both security schemes: the Authorize button of Swagger sends a token only where an operation names the scheme it came from. */
const Authorised = () => applyDecorators(ApiBearerAuth(), ApiOAuth2([]));
/**
 * For everybody, and the Authorization header is not looked at: health, Stripe's webhooks (a proxy may want a header of its own there) and the
 * OAuth2 token endpoint (where the header carries client credentials: RFC 6749, 2.3.1).
 */
export const AuthorizationIgnored = () => SetMetadata(ACCESS, 'authorization-ignored' satisfies Access);
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);
export const AdminOnly = () => applyDecorators(SetMetadata(ACCESS, 'admin' satisfies Access), Authorised());
/** The default, repeated for the API document. */
export const SignedIn = () => applyDecorators(SetMetadata(ACCESS, 'user' satisfies Access), Authorised());

/** What auth knows about an account at this moment: a role that was taken away must not last until the token expires. */
export abstract class CurrentRoles {
  /** Null when there is no such active account. */
  abstract roleOf(userId: string): Promise<UserRole | null>;
}

/** Whose access tokens are refused although they have not expired. Asked on each request with a token. */
export abstract class RevokedAccess {
  abstract includes(userId: string): Promise<boolean>;
}

type WithPrincipal = FastifyRequest & { principal?: Principal | null };

/** The signed-in user's id. */
export const UserId = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal!.userId;
});

/** The signed-in user's id on a public route, or null. */
export const OptionalUserId = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal?.userId ?? null;
});

@Injectable()
export class AccessGuard extends AuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    private readonly roles: CurrentRoles,
    private readonly revoked: RevokedAccess,
    strategy: AccessTokenStrategy,
  ) {
    super({ defaultStrategy: strategy.name, property: 'principal' satisfies keyof WithPrincipal, session: false });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]) ?? 'user';
    if (access === 'authorization-ignored') return true;
    const request = context.switchToHttp().getRequest<WithPrincipal>();
    if (request.headers.authorization === undefined) {
      if (access === 'public') return true;
      throw new Unauthorized('Sign in first: send an access token.', 'auth.token-missing');
    }
    await super.canActivate(context);
    const { userId } = request.principal!;
    if (await this.revoked.includes(userId)) throw tokenRevoked();
    if (access === 'admin') await this.assertAdmin(userId);
    return true;
  }

  /** By the role of this moment, not by that of the token. */
  private async assertAdmin(userId: string): Promise<void> {
    const role = await this.roles.roleOf(userId);
    if (role === null) throw tokenRevoked();
    if (role !== 'admin') throw new Forbidden('auth.admins-only', 'Only an admin may do this.');
  }

  /** A bad token is refused on public routes as well: the client believes that it is signed in. */
  override handleRequest<User>(error: Error | null, principal: User | false): User {
    if (error) throw error;
    if (!principal) throw new Unauthorized('The access token is not valid or has expired.', 'auth.bad-token');
    return principal;
  }
}

export function tokenRevoked(): Unauthorized {
  return new Unauthorized('The access token was revoked, because the account is deactivated.', 'auth.token-revoked');
}
