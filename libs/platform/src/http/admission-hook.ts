/** Admits the requests of the API. Health, documents and routes with `@WithoutAdmission` are not limited. */
import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ClsService } from 'nestjs-cls';
import { type Admission, type Ending, REQUEST_SLOT, RequestSlot } from '../concurrency/admission.js';
import { type RouteConfig, WithRouteConfig } from './route-config.js';

/** Answered before the database is used: they do not tell whether it works. */
const REJECTED_BEFORE_DATABASE = new Set([400, 401, 413, 415]);

/** For a route that must be served however many requests wait. */
export function WithoutAdmission() {
  return applyDecorators(WithRouteConfig({ skipsAdmission: true }), ApiExtension('x-without-admission', true));
}

export function useAdmission(fastify: FastifyInstance, admission: Admission, cls: ClsService): void {
  fastify.addHook('preValidation', async (request, reply) => {
    const { url, config } = request.routeOptions;
    if (request.is404 || url?.startsWith('/api/v1/') !== true || (config as RouteConfig).skipsAdmission === true) return;
    await admission.enter((giveUp) => reply.raw.once('close', giveUp));
    const slot = new RequestSlot(admission);
    cls.set(REQUEST_SLOT, slot);
    const end = (): void => slot.end(endingOf(reply));
    // 'close' is emitted once for every response, sent or broken off.
    if (reply.raw.destroyed || reply.raw.closed) end();
    else reply.raw.once('close', end);
  });
}

function endingOf({ raw }: FastifyReply): Ending {
  if (raw.statusCode === 503) return 'failure';
  return raw.statusCode < 500 && raw.writableFinished && !REJECTED_BEFORE_DATABASE.has(raw.statusCode) ? 'success' : 'neither';
}
