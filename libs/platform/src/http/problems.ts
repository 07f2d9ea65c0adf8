/** Documents the refusals of an operation: `@Problems(400, 401, 409)`. */
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemResponse } from './problems.dto.js';

const DESCRIPTIONS = {
  400: 'The request is malformed; `errors` names each field.',
  401: 'No access token, or a bad one.',
  403: 'Not an admin.',
  404: 'Not there, or not yours.',
  409: 'Somebody or something else was first.',
  410: 'Its time is over.',
  413: 'The body is too large.',
  415: 'Not a media type this operation takes.',
  422: 'A rule says no.',
  429: 'Too many requests; `Retry-After` tells when to come back.',
  503: 'Not available right now; `Retry-After` tells when to come back.',
} as const;

export function Problems(...statuses: (keyof typeof DESCRIPTIONS)[]) {
  return applyDecorators(
    ApiExtraModels(ProblemResponse),
    ...[...statuses, 503 as const].map((status) =>
      ApiResponse({
        status,
        description: DESCRIPTIONS[status],
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } },
      }),
    ),
  );
}
