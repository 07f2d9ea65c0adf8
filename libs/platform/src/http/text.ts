/** `@Text`: a text field of a request. The one way to normalise text, to see that it says something, and to count its characters. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { characterCount, isBlank } from '@app/kernel/text.js';
import { Transform } from 'class-transformer';
import { IsString, ValidateBy } from 'class-validator';

interface TextRule {
  /** Characters. 0: the text may be empty. */
  readonly min?: number;
  readonly max: number;
  /** `as-written`: a password or an opaque value. `one-line`: a name, with one space between words, so that equal names are equal bytes. */
  readonly form?: 'trimmed' | 'one-line' | 'as-written';
  /** For the API document: whether the field may be left out. */
  readonly optional?: boolean;
}

/** Its rules are said in this order: text, not empty, not too short, not too long. */
export function Text({ min = 1, max, form = 'trimmed', optional = false }: TextRule): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, required: !optional, maxLength: max, ...(min > 0 ? { minLength: min } : {}) }),
    textCheck('maxLength', (text) => characterCount(text) <= max, `must have at most ${max} characters`),
    ...(min > 1 ? [textCheck('minLength', (text) => characterCount(text) >= min, `must have at least ${min} characters`)] : []),
    ...(min > 0 ? [textCheck('notEmpty', (text) => !isBlank(text), 'must not be empty')] : []),
    IsString({ message: 'must be text' }),
    ...(form === 'as-written' ? [] : [Transform(({ value }: { value: unknown }) => normalised(value, form))]),
  );
}

function normalised(value: unknown, form: 'trimmed' | 'one-line'): unknown {
  if (typeof value !== 'string') return value;
  const trimmed = value.normalize('NFC').trim();
  return form === 'one-line' ? trimmed.replaceAll(/\s+/g, ' ') : trimmed;
}

function textCheck(name: string, check: (text: string) => boolean, message: string): PropertyDecorator {
  return ValidateBy({
    name,
    validator: { validate: (value: unknown) => typeof value === 'string' && check(value), defaultMessage: () => message },
  });
}
