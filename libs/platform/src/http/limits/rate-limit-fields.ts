/** `RateLimit` and `RateLimit-Policy`: what is left of the limits of a caller (draft-ietf-httpapi-ratelimit-headers-10). */
import type { FastifyReply } from 'fastify';

/** What is left of one limit for one caller. */
export interface Quota {
  readonly name: string;
  /** Requests in a window. */
  readonly allowed: number;
  readonly windowSeconds: number;
  /** Requests left in this window. */
  readonly remaining: number;
  /** Until the window ends. */
  readonly resetSeconds: number;
  readonly isExceeded: boolean;
}

/** Adds to what other limits of the same request have said. */
export function addRateLimitFields(reply: FastifyReply, { name, allowed, windowSeconds, remaining, resetSeconds }: Quota): void {
  addItem(reply, 'RateLimit-Policy', `"${name}";q=${allowed};w=${windowSeconds}`);
  addItem(reply, 'RateLimit', `"${name}";r=${remaining};t=${resetSeconds}`);
}

function addItem(reply: FastifyReply, field: string, item: string): void {
  const said = reply.getHeader(field);
  void reply.header(field, said === undefined ? item : `${String(said)}, ${item}`);
}

/** For the API document. */
export const RATE_LIMIT_FIELDS = {
  'RateLimit-Policy': {
    description: 'The limits of this caller: `q` requests in `w` seconds. Left out where the system sets no limit.',
    schema: { type: 'string', maxLength: 500 },
    example: '"holdPerAccount";q=30;w=60',
  },
  RateLimit: {
    description: 'What is left of them: `r` requests, until the window ends in `t` seconds.',
    schema: { type: 'string', maxLength: 500 },
    example: '"holdPerAccount";r=29;t=60',
  },
};
