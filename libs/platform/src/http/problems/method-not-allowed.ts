/**
 * 405 with `Allow` for a path that is there with a method that it does not take: routes of their own, made once at the start. Methods that no client
 * sends by itself have no routes, which would be thousands: their paths are looked up.
 */
import { Injectable, NotFoundException, type OnApplicationBootstrap } from '@nestjs/common';
import type { FastifyContextConfig, FastifyInstance, HTTPMethods, onRequestHookHandler } from 'fastify';
import { MethodNotAllowed } from './http-errors.js';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

@Injectable()
export class MethodNotAllowedRoutes implements OnApplicationBootstrap {
  readonly #paths = new Map<string, { readonly url: string; readonly methods: Set<HTTPMethods> }>();
  #fastify: FastifyInstance | null = null;

  /** Called before Nest makes the routes. */
  collect(fastify: FastifyInstance, { isCorsEnabled }: { isCorsEnabled: boolean }): void {
    this.#fastify = fastify;
    fastify.addHook('onRoute', ({ url, method }) => {
      if (url.includes('*')) return;
      const path = this.#paths.get(keyOf(url)) ?? { url, methods: new Set() };
      this.#paths.set(keyOf(url), path);
      for (const each of [method].flat()) path.methods.add(each);
    });
    // After the hook of CORS, which has added its headers.
    fastify.addHook('onRequest', (request, reply, done) => {
      if (request.method !== 'OPTIONS' || !isCorsEnabled) return done();
      if (request.headers['access-control-request-method'] !== undefined) return void reply.status(204).send();
      // The plugin of CORS has a route for every path.
      if (request.routeOptions.url === '*') return reply.callNotFound();
      done();
    });
  }

  onApplicationBootstrap(): void {
    const refuse: onRequestHookHandler = ({ routeOptions }, _reply, done) =>
      done(new MethodNotAllowed((routeOptions.config as RefusalConfig).allowed ?? []));
    const known = this.known();
    // Last of these hooks. Fastify would refuse a QUERY of an unknown path for its missing content type.
    this.#fastify?.addHook('onRequest', ({ method, url, is404 }, _reply, done) => {
      if (!is404 || (METHODS as readonly string[]).includes(method)) return done();
      const [path = ''] = url.split('?');
      const found = known.find(({ pattern }) => pattern.test(path));
      done(found ? new MethodNotAllowed(found.allowed) : new NotFoundException(`Cannot ${method} ${path}`));
    });
    for (const { url, methods } of [...this.#paths.values()]) {
      const allowed = METHODS.filter((method) => methods.has(method));
      const config: RefusalConfig = { allowed };
      for (const method of METHODS.filter((each) => !methods.has(each)))
        this.#fastify?.route({
          method,
          url,
          config,
          exposeHeadRoute: false,
          onRequest: refuse,
          handler: () => undefined,
        });
    }
  }

  /** A fixed part of a path comes before a parameter in its place, as in the router. */
  private known(): { readonly pattern: RegExp; readonly allowed: readonly HTTPMethods[] }[] {
    const ranked = [...this.#paths.values()].map((path) => ({ ...path, rank: path.url.replaceAll(/:\w+/g, '~') }));
    return ranked
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .map(({ url, methods }) => ({
        pattern: new RegExp(
          `^${url
            .replace(/(.)\/$/, '$1')
            .replaceAll('.', '\\.')
            .replaceAll(/:\w+/g, '[^/]+')}/?$`,
        ),
        allowed: METHODS.filter((method) => methods.has(method)),
      }));
  }
}

interface RefusalConfig extends FastifyContextConfig {
  /** The methods of a path, on the routes that refuse the others. */
  readonly allowed?: readonly HTTPMethods[];
}

/** The same for routes that the router cannot tell apart. */
const keyOf = (url: string): string => url.replace(/(.)\/$/, '$1').replaceAll(/:\w+/g, ':');
