/** `@DoneOrDryRun`: the answer of a route that can be tried without effect. */
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';

export function DoneOrDryRun(done: Type, dryRun: Type) {
  return applyDecorators(
    ApiExtraModels(done, dryRun),
    ApiOkResponse({
      description: 'What was done; with `dryRun=true`, what would be done.',
      schema: { anyOf: [{ $ref: getSchemaPath(done) }, { $ref: getSchemaPath(dryRun) }] },
    }),
  );
}
