/** What a route asks of the hooks around it. Hooks read the parsed route, never the path. */
import type { Type } from '@nestjs/common';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';

/** Why and until when an old route still works; `@Deprecated` sets it. */
export interface Deprecation {
  /** First day, YYYY-MM-DD. */
  readonly since: string;
  /** The day from which it may be gone, YYYY-MM-DD. */
  readonly sunset: string;
  /** The route that takes its place, below `/api/v1`, as the document writes it. */
  readonly successor: string;
}

export type TextBodyType = 'text/csv' | 'application/x-ndjson';

/** Where the guards find who may call a route. */
export interface RouteHandler {
  readonly controller: Type;
  readonly method: () => unknown;
}

export interface RouteConfig {
  readonly maxBodyBytes?: number;
  /** Of a route with large bodies; `@MaxBody` sets it. */
  readonly handler?: RouteHandler;
  /** The handler takes the body's bytes. */
  readonly takesRawBody?: boolean;
  readonly takesForm?: boolean;
  /** The handler takes the text of a body of these media types as well as JSON. */
  readonly takesText?: readonly TextBodyType[];
  /** The handler reads the file of a multipart body. */
  readonly takesUpload?: boolean;
  readonly skipsAdmission?: boolean;
  /** Its answer has an `ETag`. */
  readonly isCacheable?: boolean;
  /** Where what it creates is found, below `/api/v1`; `@Created` sets it. */
  readonly createsAt?: string;
  /** It is an old route that still works. */
  readonly deprecation?: Deprecation;
  /** The resource that it answers with has an `ETag`, too. */
  readonly honoursIfMatch?: boolean;
}

/** Adds to the route's configuration. Nest's own `@RouteConfig` would replace it. */
export function WithRouteConfig(config: RouteConfig): MethodDecorator {
  return (_target, _name, { value }) => {
    const known = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, value as object) as RouteConfig | undefined;
    Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...known, ...config }, value as object);
  };
}
