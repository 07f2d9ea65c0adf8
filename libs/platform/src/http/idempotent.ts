/**
 * `@Idempotent`: the headers of a POST that honours `Idempotency-Key`; `Transactions.idempotently` in its handler does the work.
 * `@RefusesIdempotencyKey`: a POST that cannot honour it.
 */
import { type CanActivate, type ExecutionContext, Injectable, type Type, UseGuards, applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ClsService } from 'nestjs-cls';
import { createHash, createHmac } from 'node:crypto';
import { isUuid } from '@app/kernel/id.js';
import { Settings } from '../config/settings.js';
import { IDEMPOTENT_REQUEST, type IdempotentRequest } from '../persistence/idempotency.js';
import type { Principal } from './access/principal.js';
import { InvalidInput } from './problems/http-errors.js';

const HEADER = 'idempotency-key';
const MAX_LENGTH = 255;

type WithIdempotency = FastifyRequest & { principal?: Principal | null; idempotent: IdempotentRequest | null };

interface IdempotentOptions {
  readonly holdsPassword?: boolean;
  /** Of a public route: whose key it is, by the body, which is not checked yet. */
  readonly ownerOf?: (body: unknown) => string;
}

/** A guard, although it refuses only bad keys: it costs a tenth of an interceptor. */
function keyGuard({ holdsPassword = false, ownerOf }: IdempotentOptions = {}): Type<CanActivate> {
  @Injectable()
  class IdempotencyGuard implements CanActivate {
    constructor(
      private readonly cls: ClsService,
      private readonly settings: Settings,
    ) {}

    canActivate(context: ExecutionContext): boolean {
      const request = context.switchToHttp().getRequest<WithIdempotency>();
      const key = request.headers[HEADER];
      if (key === undefined) return true;
      if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key) || key.length > MAX_LENGTH) {
        throw new InvalidInput([
          { header: 'Idempotency-Key', rule: 'pattern', message: `must be 1 to ${MAX_LENGTH} visible ASCII characters` },
        ]);
      }
      const owner = ownerOf === undefined ? (request.principal?.userId ?? '') : this.hash(ownerOf(request.body));
      const scope = `${owner} ${request.method} ${routedPath(request)}`;
      request.idempotent = { scope, key, fingerprint: this.hash(canonical(whatIsAsked(request))), used: false, replayed: false };
      this.cls.set(IDEMPOTENT_REQUEST, request.idempotent);
      return true;
    }

    /** Who reads the table could try passwords against a plain hash at any speed. After the secret was replaced, a repeat is refused. */
    private hash(text: string): string {
      const hash = holdsPassword ? createHmac('sha256', this.settings.tokens.secret) : createHash('sha256');
      return hash.update(text).digest('base64url');
    }
  }
  return IdempotencyGuard;
}

const KEY_GUARD = keyGuard();

/** A client that sends a key relies on it: it must learn that a repeat is not safe before there is something to repeat. */
@Injectable()
class IdempotencyKeyRefusal implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (headers[HEADER] === undefined) return true;
    throw new InvalidInput([
      { header: 'Idempotency-Key', rule: 'notHonoured', message: 'is not honoured here: the answer holds a secret, which is not kept' },
    ]);
  }
}

/** Says in the answer that it is an earlier one. */
export function useIdempotency(fastify: FastifyInstance): void {
  fastify.decorateRequest('idempotent' satisfies keyof WithIdempotency, null);
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const { idempotent } = request as WithIdempotency;
    if (idempotent === null || reply.statusCode >= 400) return done();
    if (idempotent.replayed) void reply.header('Idempotent-Replayed', 'true');
    if (idempotent.used) done();
    else done(new Error(`The handler of ${request.method} ${routedPath(request)} does not use Transactions.idempotently`));
  });
}

/** The path as it was routed: the same for every spelling of it (escapes, a slash at the end, the case of an id). */
function routedPath({ routeOptions, params }: Pick<FastifyRequest, 'routeOptions' | 'params'>): string {
  return (routeOptions.url ?? '').replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = (params as Readonly<Record<string, string>>)[name] ?? '';
    return isUuid(value) ? value.toLowerCase() : encodeURIComponent(value);
  });
}

function whatIsAsked({ body, query }: FastifyRequest): unknown {
  return Object.keys(query as object).length === 0 ? body : { body, query };
}

/** JSON with its fields in one order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join()}}`;
}

export const Idempotent = (options?: IdempotentOptions) =>
  applyDecorators(
    UseGuards(options === undefined ? KEY_GUARD : keyGuard(options)),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Repeat a request safely: for `IDEMPOTENCY_KEYS_KEPT_HOURS` (48) the same key gets the same answer, with `Idempotent-Replayed: true`.',
    }),
  );

/** For an answer with a secret: to repeat the answer, the secret would have to be kept. */
export const RefusesIdempotencyKey = () => UseGuards(IdempotencyKeyRefusal);
