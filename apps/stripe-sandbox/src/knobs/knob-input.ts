import type { FastifySchemaValidationError } from 'fastify';

/** A knob that was turned wrongly; the message says how. */
export class KnobError extends Error {
  constructor(
    message: string,
    readonly statusCode: 400 | 404 | 409 = 400,
  ) {
    super(message);
  }
}

/** Says which value is wrong and what would be right: `webhooks/0/duplicate must be >= 1`. */
export function describeFaults(errors: FastifySchemaValidationError[], part: string): Error {
  const sentences = errors.map((error) => {
    const where = error.instancePath.replace(/^\//, '') || (part === 'body' ? 'the body' : 'the query');
    if (error.keyword === 'additionalProperties') return `${where} has an unknown property ${String(error.params['additionalProperty'])}`;
    if (error.keyword === 'enum') return `${where} must be one of ${(error.params['allowedValues'] as string[]).join(', ')}`;
    return `${where} ${error.message ?? 'is not valid'}`;
  });
  return new KnobError(sentences.join('; '));
}
