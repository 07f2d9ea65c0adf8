/** Rate limits that all processes share. A limit costs one statement on an unlogged table, and none for a caller known to be over it. */
import { isIPv6 } from 'node:net';
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata, UseGuards, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { LoadedSettings } from '../config/load-settings.js';
import type { Principal } from './principal.js';
import { TooManyRequests } from './http-errors.js';

export type LimitedRequest = FastifyRequest & { principal?: Principal };

/** Declared by the context whose route it protects. Windows are in real time. */
export interface RateLimit {
  /** Unique in the system: the prefix of its keys in the database. */
  readonly name: string;
  readonly windowSeconds: number;
  /** Requests allowed in a window; 0 is no limit. */
  readonly allowed: (settings: LoadedSettings) => number;
  /** Whose requests are counted together; null where the request names nobody. The body is not checked yet: it may be anything. */
  readonly key: (request: LimitedRequest) => string | null;
}

const LIMITS = 'platform.rate-limits';

/** Counts the request against each limit in turn. Answers 429 with `Retry-After` for a caller over one of them. */
export function RateLimited(...limits: RateLimit[]) {
  return applyDecorators(SetMetadata(LIMITS, limits), UseGuards(RateLimitGuard));
}

@Injectable()
class RateLimitGuard implements CanActivate {
  readonly #limiters = new Map<string, RateLimiterPostgres | null>();

  constructor(
    private readonly reflector: Reflector,
    private readonly settings: LoadedSettings,
    private readonly dataSource: DataSource,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<LimitedRequest>();
    for (const limit of this.reflector.get<RateLimit[]>(LIMITS, context.getHandler())) {
      const limiter = this.limiterOf(limit);
      const key = limiter === null ? null : limit.key(request);
      if (key !== null) await limiter!.consume(key).catch(refuse);
    }
    return true;
  }

  private limiterOf(limit: RateLimit): RateLimiterPostgres | null {
    const known = this.#limiters.get(limit.name);
    if (known !== undefined) return known;
    const limiter = this.newLimiter(limit);
    this.#limiters.set(limit.name, limiter);
    return limiter;
  }

  private newLimiter({ name, windowSeconds, allowed }: RateLimit): RateLimiterPostgres | null {
    const points = allowed(this.settings);
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
      inMemoryBlockOnConsumed: points,
    });
  }
}

function refuse(reason: unknown): never {
  if (reason instanceof RateLimiterRes) throw new TooManyRequests(Math.max(1, Math.ceil(reason.msBeforeNext / 1_000)));
  throw reason;
}

/** The address, or the /64 network of an IPv6 address: one household or server has all of its addresses. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail = ''] = ip.split('%')[0]!.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing = ip.includes('::') ? 8 - groups.length - tail.split(':').filter((group) => group !== '').length : 0;
  return `${[...groups, ...Array.from({ length: missing }, () => '0')]
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
