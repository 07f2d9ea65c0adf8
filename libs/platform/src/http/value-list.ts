/** `@ValueList(['a', 'b'])`: a query parameter with several of some values. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.js';

/** Optional values, separated by commas as one parameter: a filter for any of them. */
export const ValueList = (values: readonly string[]) => {
  const any = `(${values.join('|')})`;
  return applyDecorators(
    ApiProperty({
      type: String,
      required: false,
      pattern: `^${any}(,${any}){0,${values.length - 1}}$`,
      maxLength: values.length * (Math.max(...values.map(({ length }) => length)) + 1),
    }),
    MayBeLeftOut(),
    IsIn([...values], { each: true, message: `must be ${values.join(', ')}, or several of them separated by commas` }),
    ArrayMaxSize(values.length, { message: `must have at most ${values.length} values` }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value)),
  );
};
