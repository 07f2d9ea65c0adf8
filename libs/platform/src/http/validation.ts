/** Checks the shape of every input: DTOs by class-validator, no unknown fields, only text that PostgreSQL can store. */
import { type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import { isUuid } from '@app/kernel/id.js';
import type { ValidationError } from 'class-validator';
import { InvalidInput, type InputFault } from './http-errors.js';

const MAX_DEPTH = 16;

@Injectable()
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new InvalidInput(errors.flatMap((error) => faultsOf(error, ''))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value;
    const fault = unstorable(value, metadata.type === 'param' && metadata.data ? `/${metadata.data}` : '');
    if (fault !== null) throw new InvalidInput([fault]);
    if (
      metadata.type === 'body' &&
      metadata.metatype !== undefined &&
      (typeof value !== 'object' || value === null || Array.isArray(value))
    ) {
      throw new InvalidInput([{ pointer: '', message: 'must be a JSON object' }]);
    }
    return super.transform(value, metadata);
  }
}

function faultsOf(error: ValidationError, parent: string): InputFault[] {
  const pointer = `${parent}/${pointerPart(error.property)}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    message: rule === 'whitelistValidation' ? 'is not a known field' : message.replace(new RegExp(`^${escape(error.property)} `), ''),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer))];
}

/** RFC 6901, 3. */
function pointerPart(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** PostgreSQL stores no NUL and no half of a surrogate pair, neither in text nor in jsonb. */
function unstorable(value: unknown, pointer: string, depth = 0): InputFault | null {
  if (depth > MAX_DEPTH) return { pointer, message: 'is nested too deeply' };
  if (typeof value === 'string') {
    return value.includes('\0') || !value.isWellFormed() ? { pointer, message: 'must be text without NUL or broken characters' } : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor') return { pointer: `${pointer}/${key}`, message: 'is not a known field' };
    const fault = unstorable(key, pointer, depth + 1) ?? unstorable(inner, `${pointer}/${pointerPart(key)}`, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

/** For ids in paths: `@Param('id', UuidPipe)`. */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  transform(value: string, metadata: ArgumentMetadata): string {
    if (!isUuid(value)) throw new InvalidInput([{ pointer: `/${metadata.data ?? 'id'}`, message: 'must be a UUID' }]);
    return value.toLowerCase();
  }
}
