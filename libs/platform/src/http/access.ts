/** Who may call a route: everybody signed in by default, `@Public()` for all, `@AdminOnly()` for admins. */
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable, SetMetadata, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiOAuth2 } from '@nestjs/swagger';
import { Forbidden } from '@app/kernel/domain-error.js';
import type { FastifyRequest } from 'fastify';
import { AccessTokens, type Principal, type UserRole } from './access-tokens.js';
import { Unauthorized } from './http-errors.js';

const ACCESS = 'platform.access';
type Access = 'open' | 'public' | 'user' | 'admin';

/** Either way: Swagger's Authorize sends a token only where the operation names the form it came from. */
const Authorised = () => applyDecorators(ApiBearerAuth(), ApiOAuth2([]));
/**
 * For all, without a look at the Authorization header: health, Stripe's webhooks, where a proxy may want one of its own, and the OAuth2 token
 * endpoint, where it carries client credentials (RFC 6749, 2.3.1).
 */
export const AuthorizationIgnored = () => SetMetadata(ACCESS, 'open' satisfies Access);
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);
export const AdminOnly = () => applyDecorators(SetMetadata(ACCESS, 'admin' satisfies Access), Authorised());
/** The default, spelled out for the API document. */
export const SignedIn = () => applyDecorators(SetMetadata(ACCESS, 'user' satisfies Access), Authorised());

/** What auth knows of an account right now: a role taken away must not wait for the token to expire. */
export abstract class CurrentRoles {
  /** Null when there is no such active account. */
  abstract roleOf(userId: string): Promise<UserRole | null>;
}

type WithPrincipal = FastifyRequest & { principal?: Principal };

/** The signed-in user's id. */
export const UserId = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal!.userId;
});

/** The signed-in user's id on a public route, or null. */
export const OptionalUserId = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal?.userId ?? null;
});

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: AccessTokens,
    private readonly roles: CurrentRoles,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]) ?? 'user';
    if (access === 'open') return true;
    const request = context.switchToHttp().getRequest<WithPrincipal>();
    const header = request.headers.authorization;
    if (header !== undefined) {
      const token = /^Bearer +([^\s]+) *$/i.exec(header)?.[1];
      const principal = token === undefined ? null : await this.tokens.verify(token);
      // A bad token is refused on public routes too: the client believes it is signed in.
      if (principal === null) throw new Unauthorized('The access token is not valid or has expired.', 'auth.bad-token');
      request.principal = principal;
    } else if (access !== 'public') {
      throw new Unauthorized('Sign in first: send an access token.', 'auth.token-missing');
    }
    if (access !== 'admin') return true;
    if ((await this.roles.roleOf(request.principal!.userId)) !== 'admin') {
      throw new Forbidden('auth.admins-only', 'Only an admin may do this.');
    }
    return true;
  }
}
