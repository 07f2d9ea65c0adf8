/** Bodies above the default size: access is checked before they are read, and the bytes of all of them in memory are limited. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { ClsService } from 'nestjs-cls';
import { Overloaded } from '../../concurrency/admission.js';
import type { AccessGuard } from '../access/access-guard.js';
import { ACCESS, type Access } from '../access/route-access.js';
import { DEFAULT_MAX_BYTES } from './bodies.js';
import type { RouteConfig, RouteHandler } from '../route-config.js';

/** Of all bodies of logged-in callers together, and of all that strangers send together: strangers keep no user from sending. */
export const LARGE_BODIES_MAX_BYTES = 64 * 1_024 * 1_024;

/**
 * A body counts with the length that it announces, or else with the most that its route takes, until the answer is made. A small one of a stranger
 * is read as on every other route: what fills the limit must not keep out Stripe's events, of which nearly all are small.
 */
export function useLargeBodies(fastify: FastifyInstance, guard: AccessGuard, cls: ClsService): void {
  const left = { loggedIn: LARGE_BODIES_MAX_BYTES, strangers: LARGE_BODIES_MAX_BYTES };
  const givingBack = new WeakMap<FastifyRequest, () => void>();
  const take = (request: FastifyRequest, reply: FastifyReply, group: keyof typeof left): void => {
    const bytes = bytesOf(request);
    if (bytes > left[group]) throw new Overloaded();
    left[group] -= bytes;
    const giveBack = (): void => {
      if (givingBack.delete(request)) left[group] += bytes;
    };
    givingBack.set(request, giveBack);
    reply.raw.once('close', giveBack);
  };
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const { bodyLimit, config } = request.routeOptions;
    const handler = (config as RouteConfig | undefined)?.handler;
    if (handler === undefined || bodyLimit <= DEFAULT_MAX_BYTES) return done(null, payload);
    const group = isPublic(handler) ? 'strangers' : 'loggedIn';
    if (group === 'strangers' && bytesOf(request) <= DEFAULT_MAX_BYTES) return done(null, payload);
    const context = new ExecutionContextHost([request, reply], handler.controller, handler.method);
    const allowed = cls.run(() => guard.canActivate(context));
    allowed
      .then(() => take(request, reply, group))
      .then(
        () => done(null, payload),
        (error: Error) => done(error),
      );
  });
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    givingBack.get(request)?.();
    done();
  });
}

function bytesOf({ headers, routeOptions }: FastifyRequest): number {
  if (headers['content-length'] !== undefined) return Number(headers['content-length']);
  return headers['transfer-encoding'] === undefined ? 0 : routeOptions.bodyLimit;
}

function isPublic({ controller, method }: RouteHandler): boolean {
  const access = (Reflect.getMetadata(ACCESS, method) ?? Reflect.getMetadata(ACCESS, controller)) as Access | undefined;
  return access === 'public' || access === 'optional';
}
