/** Admits the requests of the API. Health, documents and routes with `@WithoutAdmission` are not limited. */
import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ClsService } from 'nestjs-cls';
import { type Admission, type RequestOutcome, REQUEST_SLOT, RequestSlot } from '../../concurrency/admission.js';
import { type RouteConfig, WithRouteConfig } from '../route-config.js';

/** Answered before the database is used: they do not tell whether it works. */
const REJECTED_BEFORE_DATABASE = new Set([400, 401, 413, 415]);

/** For a route that must be served however many requests wait. */
export function WithoutAdmission() {
  return applyDecorators(WithRouteConfig({ skipsAdmission: true }), ApiExtension('x-without-admission', true));
}

type WithSlot = FastifyRequest & { slot: RequestSlot | null };

/** A slot is given back when the answer is made, not when it is read: a client that does not read must not keep others from being served. */
export function useAdmission(fastify: FastifyInstance, admission: Admission, cls: ClsService): void {
  fastify.decorateRequest('slot' satisfies keyof WithSlot, null);
  fastify.addHook('preValidation', (request, reply, done) => {
    const { url, config } = request.routeOptions;
    if (request.is404 || url?.startsWith('/api/v1/') !== true || (config as RouteConfig).skipsAdmission === true) return done();
    const entered = admission.enter((giveUp) => reply.raw.once('close', giveUp));
    entered.then(() => {
      const slot = new RequestSlot(admission, () => request.raw.socket.destroyed);
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
