/** Lets a request in, or refuses it: by its access token, its API key, and the rights of this moment. */
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClsService } from 'nestjs-cls';
import { addVary } from '../cors.js';
import { API_KEY_BAD, API_KEY_EXPIRED, API_KEY_REVOKED, ScopeMissing, TOKEN_MISSING, TOKEN_REVOKED } from '../problems/http-errors.js';
import { AccessTokenStrategy } from './access-token-strategy.js';
import { type KnownApiKey, KnownApiKeys, apiKeyOf } from './api-keys.js';
import type { WithPrincipal } from './caller.js';
import { ACTOR, type Actor, assertRight, CurrentRights, RevokedAccess } from './current-rights.js';
import { ACCESS, type Access } from './route-access.js';

const CACHED_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

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
