/**
 * Rate limits that all processes share: fixed windows in an unlogged table. Requests of the same instant are counted by one statement, and a
 * caller known to be over a limit costs one a second.
 */
import { type CanActivate, type ExecutionContext, Injectable, Logger, SetMetadata, UseGuards, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Batches } from '../../concurrency/batches.js';
import { LoadedSettings } from '../../config/load-settings.js';
import { Database } from '../../persistence/database.js';
import type { Principal } from '../access/principal.js';
import { TooManyRequests } from '../problems/http-errors.js';
import { type Quota, addRateLimitFields } from './rate-limit-fields.js';

/** What a guard knows of the caller. The body is not checked yet, and the handler may use another part of it. */
interface Caller {
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

/** A request to be counted. */
interface Count {
  readonly key: string;
  readonly windowMs: number;
}

/** The requests of a window, this one included, and when it ends. */
interface WindowUsage {
  readonly points: number;
  readonly endsInMs: number;
}

/** A key that is refused without asking, in the time of `performance.now()`: until when, and when its window ends. */
interface Refusal {
  readonly until: number;
  readonly endsAt: number;
}

/** Requests counted by one statement. More would make one statement long; another one begins beside it. */
const BATCH_SIZE = 256;
const MAX_CONCURRENT_BATCHES = 2;
/** As the admission: enough for a crowd. */
const MAX_WAITING_REQUESTS = 4_000;
const MAX_WAIT_MS = 8_000;
/** How long a caller over a limit is refused without asking. Another process may give back what it counted. */
const REFUSED_WITHOUT_ASKING_MS = 1_000;
/** Callers known to be over a limit: each about 100 bytes. */
const MAX_KNOWN_KEYS = 10_000;

@Injectable()
export class RateLimits {
  readonly #logger = new Logger(RateLimits.name);
  readonly #refused = new Map<string, Refusal>();
  readonly #counts = new Batches<Count, WindowUsage>({
    work: (counts) => this.count(counts),
    maxItems: BATCH_SIZE,
    maxConcurrent: MAX_CONCURRENT_BATCHES,
    maxWaiting: MAX_WAITING_REQUESTS,
    maxWaitMs: MAX_WAIT_MS,
  });

  constructor(
    private readonly settings: LoadedSettings,
    private readonly database: Database,
  ) {}

  /** Counts one request. Throws `TooManyRequests`. */
  async consume<Subject>(limit: RateLimit<Subject>, subject: Subject): Promise<void> {
    const quota = await this.take(limit, subject);
    if (quota !== null) assertWithin(quota);
  }

  /** Counts one request. Returns what is left, or null where nothing is limited. */
  async take<Subject>(limit: RateLimit<Subject>, subject: Subject): Promise<Quota | null> {
    const [allowed, key] = [limit.allowed(this.settings), keyOf(limit, subject)];
    if (allowed === 0 || key === null) return null;
    const refused = this.knownRefusal(limit, subject);
    if (refused !== null) return refused;
    const { points, endsInMs } = await this.#counts.run({ key, windowMs: limit.windowSeconds * 1_000 });
    if (points > allowed) {
      this.refuse(key, endsInMs);
      // Or what others give back would never make room again.
      await this.uncount(key);
    }
    return quotaOf(limit, { allowed, points, endsInMs });
  }

  /** For a subject that was over the limit a moment ago. Counts and asks nothing. */
  knownRefusal<Subject>(limit: RateLimit<Subject>, subject: Subject): Quota | null {
    const [allowed, key, now] = [limit.allowed(this.settings), keyOf(limit, subject), performance.now()];
    const refused = key === null ? undefined : this.#refused.get(key);
    if (refused === undefined || refused.until <= now) return null;
    return quotaOf(limit, { allowed, points: allowed + 1, endsInMs: refused.endsAt - now });
  }

  /**
   * Takes back what `consume` counted, for a limit that counts only some outcomes. Never rejects: what is counted has its outcome already, and one
   * request too many that counts is gone with its window.
   */
  async giveBack<Subject>(limit: RateLimit<Subject>, subject: Subject): Promise<void> {
    const key = keyOf(limit, subject);
    if (limit.allowed(this.settings) === 0 || key === null) return;
    this.#refused.delete(key);
    await this.uncount(key);
  }

  /** Keys in one order, so that two statements cannot deadlock. Requests with one key are one row, and each gets its own place in the sum. */
  private async count(counts: readonly Count[]): Promise<PromiseSettledResult<WindowUsage>[]> {
    const windows = new Map<string, { windowMs: number; requests: number }>();
    for (const { key, windowMs } of counts) windows.set(key, { windowMs, requests: (windows.get(key)?.requests ?? 0) + 1 });
    const keys = [...windows.keys()].sort();
    const rows = await this.database.prepared<{ key: string; points: number; endsInMs: number }>(
      `INSERT INTO platform.rate_limits AS known (key, points, expire)
       SELECT key, requests, now_ms + window_ms
       FROM unnest($1::text[], $2::int[], $3::int[]) WITH ORDINALITY AS new (key, requests, window_ms, n),
         (SELECT (extract(epoch FROM statement_timestamp()) * 1000)::bigint AS now_ms) AS clock
       ORDER BY n
       ON CONFLICT (key) DO UPDATE SET
         points = CASE WHEN known.expire <= (extract(epoch FROM statement_timestamp()) * 1000)::bigint THEN 0 ELSE known.points END + excluded.points,
         expire = CASE WHEN known.expire <= (extract(epoch FROM statement_timestamp()) * 1000)::bigint THEN excluded.expire ELSE known.expire END
       RETURNING key, points, (expire - extract(epoch FROM statement_timestamp()) * 1000)::int AS ends_in_ms`,
      [keys, keys.map((key) => windows.get(key)!.requests), keys.map((key) => windows.get(key)!.windowMs)],
    );
    const sums = new Map(rows.map(({ key, points, endsInMs }) => [key, { before: points - windows.get(key)!.requests, endsInMs }]));
    return counts.map(({ key }) => {
      const sum = sums.get(key);
      if (sum === undefined) throw new Error(`No count came back for ${key}`);
      return { status: 'fulfilled', value: { points: ++sum.before, endsInMs: sum.endsInMs } };
    });
  }

  private async uncount(key: string): Promise<void> {
    await this.database
      .query('UPDATE platform.rate_limits SET points = points - 1 WHERE key = $1 AND points > 0', [key])
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'A rate limit could not be given back'));
  }

  private refuse(key: string, forMs: number): void {
    if (this.#refused.size >= MAX_KNOWN_KEYS) this.#refused.delete(this.#refused.keys().next().value!);
    const now = performance.now();
    this.#refused.delete(key);
    this.#refused.set(key, { until: now + Math.min(forMs, REFUSED_WITHOUT_ASKING_MS), endsAt: now + forMs });
  }
}

function keyOf<Subject>(limit: RateLimit<Subject>, subject: Subject): string | null {
  const key = limit.key(subject);
  return key === null ? null : `${limit.name}:${key}`;
}

const LIMITS = 'platform.rate-limits';

/**
 * Counts the request against each limit, and says what is left in `RateLimit`. Answers 429 with `Retry-After` for a caller over one of them.
 * `RateLimits.consume` says nothing: what is left of a limit on an e-mail address would tell what somebody else has done.
 */
export function RateLimited(...limits: RateLimit[]) {
  return applyDecorators(SetMetadata(LIMITS, limits), UseGuards(RateLimitGuard), ApiExtension('x-rate-limited', true));
}

@Injectable()
class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const caller = http.getRequest<FastifyRequest & Caller>();
    const limits = this.reflector.get<RateLimit[]>(LIMITS, context.getHandler());
    const reply = http.getResponse<FastifyReply>();
    const known = limits.map((limit) => this.limits.knownRefusal(limit, caller)).find((quota) => quota !== null);
    if (known !== undefined) {
      addRateLimitFields(reply, known);
      assertWithin(known);
    }
    // At once: one statement counts them all.
    const quotas = await Promise.all(limits.map((limit) => this.limits.take(limit, caller)));
    for (const quota of quotas) if (quota !== null) addRateLimitFields(reply, quota);
    const exceeded = quotas.find((quota) => quota?.isExceeded === true) ?? null;
    if (exceeded === null) return true;
    // One account that asks too often must not use up what its network has.
    const counted = limits.filter((_, at) => quotas[at]?.isExceeded === false);
    await Promise.all(counted.map((limit) => this.limits.giveBack(limit, caller)));
    throw new TooManyRequests(exceeded.resetSeconds);
  }
}

function quotaOf(
  { name, windowSeconds }: Pick<Quota, 'name' | 'windowSeconds'>,
  { allowed, points, endsInMs }: { allowed: number; points: number; endsInMs: number },
): Quota {
  const resetSeconds = Math.max(1, Math.ceil(endsInMs / 1_000));
  return { name, allowed, windowSeconds, remaining: Math.max(0, allowed - points), resetSeconds, isExceeded: points > allowed };
}

function assertWithin({ isExceeded, resetSeconds }: Quota): void {
  if (isExceeded) throw new TooManyRequests(resetSeconds);
}
