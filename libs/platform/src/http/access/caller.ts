/** Parameters of a handler: who calls it. The guard of access has put the principal there. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { KnownApiKey } from './api-keys.js';
import type { Principal } from './principal.js';

export type WithPrincipal = FastifyRequest & { principal?: Principal | null; apiKey?: KnownApiKey };

/** The logged-in user's id. */
export const UserId = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal!.userId;
});

/** The session that the access token is of; undefined for a token that was made before there were sessions. */
export const SessionId = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal?.sessionId;
});

/** The logged-in user's id on a public route, or null. */
export const OptionalUserId = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  return context.switchToHttp().getRequest<WithPrincipal>().principal?.userId ?? null;
});
