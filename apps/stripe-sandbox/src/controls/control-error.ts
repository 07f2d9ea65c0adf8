import type { FastifySchemaValidationError } from 'fastify';

/** A refused request to a control. */
export class ControlError extends Error {
  constructor(
    message: string,
    readonly statusCode: 400 | 404 | 409 = 400,
  ) {
    super(message);
  }
}

/** Names the wrong value and the expected one: `webhooks/0/duplicate must be >= 1`. */
export function toControlError(errors: FastifySchemaValidationError[], part: string): ControlError {
  const reasons = errors.map((error) => {
    const path = error.instancePath.replace(/^\//, '') || (part === 'body' ? 'the body' : 'the query');
    if (error.keyword === 'additionalProperties') return `${path} has an unknown property ${String(error.params['additionalProperty'])}`;
    if (error.keyword === 'enum') return `${path} must be one of ${(error.params['allowedValues'] as string[]).join(', ')}`;
    return `${path} ${error.message ?? 'is not valid'}`;
  });
  return new ControlError(reasons.join('; '));
}

/** Throws a ControlError with the status 404 when the object is undefined. */
export function found<T>(object: T | undefined, kind: string, id: string): T {
  if (object === undefined) throw new ControlError(`there is no ${kind} ${id}`, 404);
  return object;
}
