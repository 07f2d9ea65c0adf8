/** Rate limits that all processes share. A limit costs one statement on an unlogged table, and none for a caller known to be over it. */
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata, UseGuards, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { LoadedSettings } from '../config/load-settings.js';
import type { Principal } from './principal.js';
import { TooManyRequests } from './http-errors.js';

/** Who sends a request. A guard knows no more: the body is not checked yet, and the handler may use something else of it. */
export interface Caller {
  readonly ip: string;
  readonly principal?: Principal;
}

/**
 * Declared by the context whose route it protects. Windows are in real time. A limit on callers is consumed by `@RateLimited`. A limit on what
 * the request says is consumed by the handler, with the value that it uses: `RateLimits.consume`.
 */
export interface RateLimit<Subject = Caller> {
  /** Unique in the system: the prefix of its keys in the database. */
  readonly name: string;
  readonly windowSeconds: number;
  /** Requests allowed in a window; 0 is no limit. */
  readonly allowed: (settings: LoadedSettings) => number;
  /** Whose requests are counted together; null where the subject names nobody. At most 2,000 bytes: an index keeps it. */
  readonly key: (subject: Subject) => string | null;
}

@Injectable()
export class RateLimits {
  readonly #limiters = new Map<string, RateLimiterPostgres | null>();

  constructor(
    private readonly settings: LoadedSettings,
    private readonly dataSource: DataSource,
  ) {}

  /** Counts one request. Throws `TooManyRequests`. */
  async consume<Subject>(limit: RateLimit<Subject>, subject: Subject): Promise<void> {
    const [limiter, key] = [this.limiterOf(limit), limit.key(subject)];
    if (key !== null) await limiter?.consume(key).catch(refuse);
  }

  /** Takes back what `consume` counted, for a limit that counts only some outcomes. */
  async giveBack<Subject>(limit: RateLimit<Subject>, subject: Subject): Promise<void> {
    const [limiter, key] = [this.limiterOf(limit), limit.key(subject)];
    if (key !== null) await limiter?.reward(key);
  }

  private limiterOf({ name, windowSeconds, allowed }: RateLimit<never>): RateLimiterPostgres | null {
    const known = this.#limiters.get(name);
    if (known !== undefined) return known;
    const limiter = this.newLimiter({ name, windowSeconds, points: allowed(this.settings) });
    this.#limiters.set(name, limiter);
    return limiter;
  }

  private newLimiter({ name, windowSeconds, points }: { name: string; windowSeconds: number; points: number }): RateLimiterPostgres | null {
    if (points === 0) return null;
    return new RateLimiterPostgres({
      storeClient: this.dataSource,
      storeType: 'typeorm',
      schemaName: 'platform',
      tableName: 'rate_limits',
      tableCreated: true,
      keyPrefix: name,
      points,
      duration: windowSeconds,
      // Housekeeping deletes expired rows in batches; the library would delete all of them in one statement.
      clearExpiredByTimeout: false,
      // Only a refused caller: the last allowed request may be given back.
      inMemoryBlockOnConsumed: points + 1,
    });
  }
}

const LIMITS = 'platform.rate-limits';

/** Counts the request against each limit in turn. Answers 429 with `Retry-After` for a caller over one of them. */
export function RateLimited(...limits: RateLimit[]) {
  return applyDecorators(SetMetadata(LIMITS, limits), UseGuards(RateLimitGuard));
}

@Injectable()
class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const caller = context.switchToHttp().getRequest<FastifyRequest & Caller>();
    for (const limit of this.reflector.get<RateLimit[]>(LIMITS, context.getHandler())) await this.limits.consume(limit, caller);
    return true;
  }
}

function refuse(reason: unknown): never {
  if (reason instanceof RateLimiterRes) throw new TooManyRequests(Math.max(1, Math.ceil(reason.msBeforeNext / 1_000)));
  throw reason;
}
