/** Who may call a route: logged-in users by default, everybody with `@Public()`, and users with a right with `@RequiresRight('reports.read')`. */
import { createParamDecorator, type ExecutionContext, Injectable, SetMetadata, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClsService } from 'nestjs-cls';
import { type KnownApiKey, KnownApiKeys, apiKeyOf } from './api-keys.js';
import { AccessTokenStrategy } from './access-token-strategy.js';
import { addVary } from '../cors.js';
import {
  API_KEY_BAD,
  API_KEY_EXPIRED,
  API_KEY_REVOKED,
  RightMissing,
  ScopeMissing,
  TOKEN_MISSING,
  TOKEN_REVOKED,
} from '../problems/http-errors.js';
import type { Principal } from './principal.js';

/** Where a route, or its controller, keeps who may call it. */
export const ACCESS = 'platform.access';
export type Access = 'public' | 'optional' | 'user' | { readonly right: string; readonly scope?: string };

/** Says it to the guard and to the API document in the same way: what stands at a method takes the place of what stands at its controller. */
const may = (access: Access) => applyDecorators(SetMetadata(ACCESS, access), ApiExtension('x-access', access));
/** For everybody. The answer is the same for every caller, and the Authorization header is not read. */
export const Public = () => may('public');
/** For everybody; the answer shows more to a logged-in user. A token that is of no use is refused: the client believes that it is logged in. */
export const OptionallyLoggedIn = () => may('optional');
/**
 * For users who have this right at the moment of the request: `<what>.<act>`. Routes name the right that they need; the auth context says which
 * roles have it (`rights.ts`). A right that no role has is the admins' alone.
 */
export const RequiresRight = (right: string) => may({ right });
/** As `RequiresRight`, and for machines: an API key with this scope, `<what>:<act>`, is as good as the token of a user with the right. */
export const RequiresRightOrScope = (right: string, scope: string) => may({ right, scope });
/** The default, repeated for the reader. */
export const LoggedIn = () => may('user');

/** What auth knows about an account at this moment: a role that was taken away must not last until the token expires. */
export abstract class CurrentRights {
  /** Whether the user has the right. Null when there is no such active account. */
  abstract has(userId: string, right: string): Promise<boolean | null>;

  /**
   * As `has`, inside the transaction of an act that needs the right. Where the act changes users, it waits for others that do, so that the answer
   * holds until the transaction ends.
   */
  abstract hasForAct(userId: string, right: string): Promise<boolean | null>;
}

/** The ids of users and sessions whose access tokens are refused although they have not expired. Asked on each request with a token. */
export abstract class RevokedAccess {
  abstract includes(id: string): Promise<boolean>;
}

/** Where the context of a request keeps who was let in by a right. */
export const ACTOR = Symbol('platform.actor');
export interface Actor {
  readonly userId: string;
  readonly right: string;
}

/** `hasRight`: as `CurrentRights` says. */
export function assertRight(hasRight: boolean | null, right: string): void {
  if (hasRight === null) throw TOKEN_REVOKED;
  if (!hasRight) throw new RightMissing(right);
}

const CACHED_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

type WithPrincipal = FastifyRequest & { principal?: Principal | null; apiKey?: KnownApiKey };

/** The logged-in user's id. */
export const UserId = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal!.userId;
});

/** The session that the access token is of; undefined for a token that was made before there were sessions. */
export const SessionId = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal?.sessionId;
});

/** The logged-in user's id on a public route, or null. */
export const OptionalUserId = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal?.userId ?? null;
});

@Injectable()
export class AccessGuard extends AuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    private readonly rights: CurrentRights,
    private readonly revoked: RevokedAccess,
    private readonly apiKeys: KnownApiKeys,
    private readonly strategy: AccessTokenStrategy,
    private readonly cls: ClsService,
  ) {
    super({ defaultStrategy: strategy.name, property: 'principal' satisfies keyof WithPrincipal, session: false });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]) ?? 'user';
    const http = context.switchToHttp();
    const request = http.getRequest<WithPrincipal>();
    const reply = http.getResponse<FastifyReply>();
    // The answer to a body is about the one who sent it, with a token or without: an account, or tokens.
    if (!CACHED_METHODS.has(request.method)) void reply.header('Cache-Control', 'no-store');
    if (access === 'public') return true;
    if (access === 'optional') addVary(reply, 'Authorization');
    if (request.headers.authorization === undefined) {
      if (access === 'optional') return true;
      throw TOKEN_MISSING;
    }
    void reply.header('Cache-Control', 'no-store');
    const scope = typeof access === 'object' ? access.scope : undefined;
    const key = apiKeyOf(request);
    // Everywhere else an API key is a bad token.
    if (scope !== undefined && key !== null) {
      request.apiKey = await this.goodKey(key, scope);
      return true;
    }
    request.principal = this.strategy.principalKnownFor(request);
    if (request.principal === null) await super.canActivate(context);
    const { userId, sessionId } = request.principal!;
    if ((await this.revoked.includes(userId)) || (sessionId !== undefined && (await this.revoked.includes(sessionId)))) throw TOKEN_REVOKED;
    // By the roles of this moment, not by what the token says.
    if (typeof access === 'object') {
      assertRight(await this.rights.has(userId, access.right), access.right);
      this.cls.set(ACTOR, { userId, right: access.right } satisfies Actor);
    }
    return true;
  }

  private async goodKey(key: string, scope: string): Promise<KnownApiKey> {
    const found = await this.apiKeys.find(key);
    if (found === null) throw API_KEY_BAD;
    if (found.isRevoked) throw API_KEY_REVOKED;
    if (found.isExpired) throw API_KEY_EXPIRED;
    if (!found.scopes.includes(scope)) throw new ScopeMissing(scope);
    return found;
  }

  override handleRequest<User>(error: Error | null, principal: User | false, info: unknown, context: ExecutionContext): User {
    if (error) throw error;
    if (!principal) throw this.strategy.refusalOf(context.switchToHttp().getRequest<FastifyRequest>(), info);
    return principal;
  }
}
