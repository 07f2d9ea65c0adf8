/** `@Cacheable`: an `ETag` made of the answer, and 304 without a body for a client that has it (RFC 9110, 13.1.2). */
import { hash } from 'node:crypto';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type RouteConfig, WithRouteConfig } from './route-config.js';

export function useEtags(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    // An answer that is shared has its entity tag already.
    if (isTagged(request, reply, payload) && !reply.hasHeader('etag')) {
      void reply.header('ETag', etagOf(payload));
      // The client asks every time; the answer "not changed" is what is cheap.
      if (!reply.hasHeader('cache-control')) void reply.header('Cache-Control', 'no-cache');
    }
    done(null, payload);
  });
}

/** Call it after everything that reads the body of the answer. */
export function useNotModified(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (!isTagged(request, reply, payload)) return done(null, payload);
    if (!matchesEtag(request.headers['if-none-match'], String(reply.getHeader('etag')))) return done(null, payload);
    void reply.status(304).removeHeader('content-type').removeHeader('content-length');
    done(null, null);
  });
}

function isTagged(request: FastifyRequest, reply: FastifyReply, payload: unknown): payload is string {
  return (request.routeOptions.config as RouteConfig).isCacheable === true && reply.statusCode === 200 && typeof payload === 'string';
}

/** Weak, because a proxy may compress the same answer. */
export function etagOf(body: string): string {
  return `W/"${hash('sha256', body, 'base64url').slice(0, 27)}"`;
}

/** Whether an `If-None-Match` header contains this entity tag, by weak comparison. */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  return (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => tag.replace(/^W\//, '') === opaque);
}

export const Cacheable = () =>
  applyDecorators(
    WithRouteConfig({ isCacheable: true }),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The `ETag` of an earlier answer; 304 when nothing changed since.' }),
    ApiResponse({ status: 304, description: 'Nothing changed since the answer with this `ETag`.' }),
  );
