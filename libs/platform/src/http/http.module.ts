/** Access tokens, and the guard in front of every route. */
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessTokenStrategy } from './access-token-strategy.js';
import { AccessTokens } from './access-tokens.js';
import { AccessGuard } from './access.js';

@Module({
  providers: [AccessTokens, AccessTokenStrategy, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [AccessTokens],
})
export class HttpModule {}
