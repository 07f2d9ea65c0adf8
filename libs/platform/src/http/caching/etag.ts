/** `@Cacheable`: an `ETag` made of the answer and the version of its resource, and 304 without a body for a client that has it (RFC 9110, 13.1.2). */
import { hash } from 'node:crypto';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { versionOf } from '../../persistence/resource-version.js';
import { type RouteConfig, WithRouteConfig } from '../route-config.js';

export function useEtags(fastify: FastifyInstance): void {
  const versions = new WeakMap<FastifyRequest, number>();
  fastify.addHook('preSerialization', (request, _reply, payload, done) => {
    const version = typeof payload === 'object' && payload !== null ? versionOf(payload) : undefined;
    if (version !== undefined) versions.set(request, version);
    done(null, payload);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const version = versions.get(request);
    // An answer that is shared has its entity tag already.
    if (isTagged(request, reply, payload) && !reply.hasHeader('etag')) {
      void reply.header('ETag', etagOf(payload, version));
      // The client asks every time; the answer "not changed" is what is cheap.
      if (!reply.hasHeader('cache-control')) void reply.header('Cache-Control', 'no-cache');
    } else if (isChanged(request, reply, payload) && version !== undefined) {
      void reply.header('ETag', etagOf(payload, version));
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

export function isTagged(request: FastifyRequest, reply: FastifyReply, payload: unknown): payload is string | Buffer {
  const { isCacheable } = request.routeOptions.config as RouteConfig;
  return isCacheable === true && reply.statusCode === 200 && (typeof payload === 'string' || Buffer.isBuffer(payload));
}

/** The answer of a change, or of what makes a resource: what a client needs for the next change. */
function isChanged(request: FastifyRequest, reply: FastifyReply, payload: unknown): payload is string {
  const { honoursIfMatch, createsAt } = request.routeOptions.config as RouteConfig;
  const isWritten = (honoursIfMatch === true && reply.statusCode === 200) || (createsAt !== undefined && reply.statusCode === 201);
  return isWritten && typeof payload === 'string';
}

/** Weak, because a proxy may compress the same answer. It begins with the version of the resource, where it has one. */
export function etagOf(body: string | Buffer, version?: number): string {
  return `W/"${version === undefined ? '' : `${version}.`}${hash('sha256', body, 'base64url').slice(0, 27)}"`;
}

/**
 * The versions in the entity tags of an `If-Match` header. Null: it has no entity tag. Only versions are compared, because an answer also shows
 * what is no part of the resource, such as the free seats of a showtime.
 */
export function versionsIn(header: string): number[] | null {
  const tags = header.match(/"[^"]*"/g);
  return tags === null ? null : tags.flatMap((tag) => /^"(\d{1,9})\./.exec(tag)?.[1] ?? []).map(Number);
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
