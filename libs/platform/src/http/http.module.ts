/** Access tokens, rate limits, the guard in front of every route, and the answer to methods that a path does not take. */
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessTokenStrategy } from './access/access-token-strategy.js';
import { AccessTokens } from './access/access-tokens.js';
import { AccessGuard } from './access/access-guard.js';
import { MethodNotAllowedRoutes } from './problems/method-not-allowed.js';
import { RateLimits } from './limits/rate-limit.js';

/** Global: the controllers of every context use its rate limits and tokens. */
@Global()
@Module({
  providers: [
    AccessTokens,
    RateLimits,
    MethodNotAllowedRoutes,
    AccessTokenStrategy,
    AccessGuard,
    { provide: APP_GUARD, useExisting: AccessGuard },
  ],
  exports: [AccessTokens, RateLimits, MethodNotAllowedRoutes, AccessGuard],
})
export class HttpModule {}
