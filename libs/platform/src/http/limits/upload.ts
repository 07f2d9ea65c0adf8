/** `@Upload`: a route that takes one file as `multipart/form-data`. Its bytes are read by the handler, after the guards. */
import multipart from '@fastify/multipart';
import { applyDecorators } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '@app/kernel/domain-error.js';
import { BodyTooLarge, MaxBody } from './bodies.js';
import { InvalidInput } from '../problems/http-errors.js';
import { WithRouteConfig } from '../route-config.js';

/** The boundaries and headers of the one part. */
const FRAME_BYTES = 16 * 1_024;
const MAX_HEADERS = 20;

/** The body has one part: a file in this field. */
export function Upload({ field, maxBytes, description }: { field: string; maxBytes: number; description: string }) {
  return applyDecorators(
    WithRouteConfig({ takesUpload: true }),
    MaxBody({ maxBytes: maxBytes + FRAME_BYTES }),
    ApiConsumes('multipart/form-data'),
    ApiBody({
      required: true,
      schema: { type: 'object', required: [field], properties: { [field]: { type: 'string', format: 'binary', description } } },
    }),
  );
}

/** The parser leaves the bytes in the connection: no request fills the memory before the guards know who sends. `useBodies` keeps it from other routes. */
export async function useUploads(app: NestFastifyApplication): Promise<void> {
  await app.register(multipart);
}

/** Returns the bytes of the file. Throws `InvalidInput` unless it is the only part, and `BodyTooLarge`. */
export async function readUpload(request: FastifyRequest, { field, maxBytes }: { field: string; maxBytes: number }): Promise<Buffer> {
  if (!request.isMultipart()) throw refusal(field, 'required', 'is required');
  let file: Buffer | null = null;
  try {
    for await (const part of request.parts({ limits: { fileSize: maxBytes, parts: 2, headerPairs: MAX_HEADERS } })) {
      if (part.fieldname !== field) throw refusal(part.fieldname, 'unknownField', 'is not a known field');
      if (part.type !== 'file') throw refusal(field, 'file', 'must be a file');
      if (file !== null) throw refusal(field, 'repeated', 'must be one file');
      file = await part.toBuffer();
    }
  } catch (error) {
    throw describe(error, { field, maxBytes });
  }
  if (file === null) throw refusal(field, 'required', 'is required');
  return file;
}

function describe(error: unknown, { field, maxBytes }: { field: string; maxBytes: number }): Error {
  if (error instanceof DomainError) return error;
  const { code } = error as { code?: unknown };
  if (code === 'FST_REQ_FILE_TOO_LARGE') return new BodyTooLarge(maxBytes);
  if (code === 'FST_PARTS_LIMIT') return refusal(field, 'repeated', 'must be one file');
  return new InvalidInput([{ pointer: '', rule: 'multipart', message: 'is not well-formed multipart/form-data' }]);
}

function refusal(field: string, rule: string, message: string): InvalidInput {
  return new InvalidInput([{ pointer: `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`, rule, message }]);
}
