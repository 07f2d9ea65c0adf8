/** Admits the requests of the API. Health, documents and routes with `@WithoutAdmission` are not limited. */
import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ClsService } from 'nestjs-cls';
import { type Admission, Overloaded, type RequestOutcome, REQUEST_SLOT, RequestSlot } from '../../concurrency/admission.js';
import { type RouteConfig, WithRouteConfig } from '../route-config.js';

/** Answered before the database is used: they do not tell whether it works. */
const REJECTED_BEFORE_DATABASE = new Set([400, 401, 413, 415]);

/** For a route that must be served however many requests wait. */
export function WithoutAdmission() {
  return applyDecorators(WithRouteConfig({ skipsAdmission: true }), ApiExtension('x-without-admission', true));
}

export type WithSlot = FastifyRequest & {
  slot: RequestSlot | null;
  /** Where it waited for something else before, since when, by `performance.now()`. */
  waitingSince: number | null;
};

export function isLimited({ is404, routeOptions: { url, config } }: FastifyRequest): boolean {
  return !is404 && url?.startsWith('/api/v1/') === true && (config as RouteConfig).skipsAdmission !== true;
}

export function isClientGone({ raw }: FastifyRequest): boolean {
  return raw.socket.destroyed;
}

/** A slot is given back when the answer is made, not when it is read: a client that does not read must not keep others from being served. */
export function useAdmission(fastify: FastifyInstance, admission: Admission, cls: ClsService): void {
  fastify.decorateRequest('slot' satisfies keyof WithSlot, null);
  fastify.decorateRequest('waitingSince' satisfies keyof WithSlot, null);
  fastify.addHook('preValidation', (request, reply, done) => {
    if (!isLimited(request)) return done();
    // Its `close` was before: it would keep a place among those that wait.
    if (isClientGone(request)) return done(new Overloaded());
    const entered = admission.enter((giveUp) => reply.raw.once('close', giveUp), (request as WithSlot).waitingSince);
    entered.then(() => {
      const slot = new RequestSlot(admission, () => isClientGone(request));
      (request as WithSlot).slot = slot;
      cls.set(REQUEST_SLOT, slot);
      done();
    }, done);
  });
  // Also for a client that has gone: its handler was working until now.
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    (request as WithSlot).slot?.end(outcomeOf(reply));
    done();
  });
}

function outcomeOf({ statusCode }: FastifyReply): RequestOutcome {
  if (statusCode === 503) return 'failure';
  return statusCode < 500 && !REJECTED_BEFORE_DATABASE.has(statusCode) ? 'success' : 'neither';
}
