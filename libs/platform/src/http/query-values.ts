/** Optional values of a query that are no texts. Any other text stays as it is, and is refused. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.js';

/** `true` or `false`. */
export const QueryBoolean = () =>
  applyDecorators(
    ApiProperty({ required: false, type: Boolean }),
    MayBeLeftOut(),
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsIn([true, false], { message: 'must be true or false' }),
  );

/** A whole number in decimal digits. */
export const QueryInteger = ({ min, max }: { readonly min: number; readonly max: number }) =>
  applyDecorators(
    ApiProperty({ required: false, type: Number, minimum: min, maximum: max }),
    MayBeLeftOut(),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value)),
    IsInt(),
    Min(min),
    Max(max),
  );
