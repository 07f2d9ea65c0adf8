/** Rate limits shared by all processes: `@RateLimited('holdPerAccount')` costs one statement on an unlogged table, and none for a caller known to be over. */
import { isIPv6 } from 'node:net';
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata, UseGuards, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { type RateLimit, Settings } from '../config/settings.js';
import type { Principal } from './access-tokens.js';
import { TooManyRequests } from './http-errors.js';

const LIMITS = 'platform.rate-limits';

type LimitedRequest = FastifyRequest & { principal?: Principal };

/** Whose requests are counted together; null where the request names nobody. Windows are in real time. */
const counted: Readonly<Record<RateLimit, (request: LimitedRequest) => string | null>> = {
  loginPerAccount: ({ body }) => accountNamed(body),
  loginPerAddress: ({ ip }) => network(ip),
  registerPerAddress: ({ ip }) => network(ip),
  holdPerAccount: ({ principal }) => principal?.userId ?? null,
};

@Injectable()
class RateLimitGuard implements CanActivate {
  readonly #limiters = new Map<RateLimit, RateLimiterPostgres>();

  constructor(
    private readonly reflector: Reflector,
    settings: Settings,
    dataSource: DataSource,
  ) {
    for (const [name, { requests, seconds }] of Object.entries(settings.limits) as [RateLimit, { requests: number; seconds: number }][]) {
      if (requests === 0) continue;
      const limiter = new RateLimiterPostgres({
        storeClient: dataSource,
        storeType: 'typeorm',
        schemaName: 'platform',
        tableName: 'rate_limits',
        tableCreated: true,
        keyPrefix: name,
        points: requests,
        duration: seconds,
        inMemoryBlockOnConsumed: requests,
      });
      this.#limiters.set(name, limiter);
    }
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<LimitedRequest>();
    for (const name of this.reflector.get<RateLimit[]>(LIMITS, context.getHandler())) {
      const limiter = this.#limiters.get(name);
      const whose = limiter === undefined ? null : counted[name](request);
      if (whose !== null) await limiter!.consume(whose).catch(refuse);
    }
    return true;
  }
}

function refuse(reason: unknown): never {
  if (reason instanceof RateLimiterRes) throw new TooManyRequests(Math.max(1, Math.ceil(reason.msBeforeNext / 1_000)));
  throw reason;
}

/** Guards run before the body is checked, so it may be anything. */
function accountNamed(body: unknown): string | null {
  const { email, username } = (typeof body === 'object' && body !== null ? body : {}) as { email?: unknown; username?: unknown };
  const named = email ?? username;
  // Longer ones are refused by the route; PostgreSQL stores no NUL, and the key has 255 characters.
  return typeof named === 'string' && named.length <= 200 && !named.includes('\0') && named.isWellFormed()
    ? named.trim().normalize('NFC').toLowerCase()
    : null;
}

/** One household or server has a whole /64 of IPv6 addresses. */
export function network(ip: string): string {
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

export function RateLimited(...limits: RateLimit[]) {
  return applyDecorators(SetMetadata(LIMITS, limits), UseGuards(RateLimitGuard));
}
