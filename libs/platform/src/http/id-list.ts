/** `@IdList`: a query parameter with several ids. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsUUID } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.js';

/** A request with more is most likely a mistake; the length of an address is bounded too. */
const MAX_LISTED_IDS = 20;
const UUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
/** Optional ids, separated by commas as one parameter: a filter for any of them. */
export const IdList = () =>
  applyDecorators(
    ApiProperty({
      type: String,
      required: false,
      pattern: `^${UUID}(,${UUID}){0,${MAX_LISTED_IDS - 1}}$`,
      maxLength: MAX_LISTED_IDS * 37 - 1,
    }),
    MayBeLeftOut(),
    IsUUID('all', { each: true, message: 'must be a UUID, or UUIDs separated by commas' }),
    ArrayMaxSize(MAX_LISTED_IDS, { message: `must have at most ${MAX_LISTED_IDS} ids` }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value)),
  );
