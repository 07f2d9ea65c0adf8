/** `@QueryList`: a query parameter with several values, as `?a=x,y`, as `?a=x&a=y`, or as both. None of its values holds a comma. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsUUID } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.js';

/** A request with more is most likely a mistake; the length of an address is bounded too. */
const MAX_LISTED_IDS = 20;
const UUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

interface ListedValues {
  /** A regular expression of one value. */
  readonly value: string;
  /** Checks one value, with `each: true`. */
  readonly isValue: PropertyDecorator;
  /** Of different values. */
  readonly max: number;
  /** Of the whole list, in characters. */
  readonly maxLength: number;
  /** What its values are, for "must have at most 20 …". */
  readonly name: string;
}

/** An optional list. Values that are repeated count once, and an empty one is no value. */
export const QueryList = ({ value, isValue, max, maxLength, name }: ListedValues) =>
  applyDecorators(
    ApiProperty({ type: String, required: false, pattern: `^${value}(,${value}){0,${max - 1}}$`, maxLength }),
    MayBeLeftOut(),
    isValue,
    ArrayMaxSize(max, { message: `must have at most ${max} ${name}` }),
    Transform(({ value: given }: { value: unknown }) => listedValues(given)),
  );

/** Ids: a filter for any of them. */
export const IdList = () =>
  QueryList({
    value: UUID,
    isValue: IsUUID('all', { each: true, message: 'must be a UUID, or UUIDs separated by commas' }),
    max: MAX_LISTED_IDS,
    maxLength: MAX_LISTED_IDS * 37 - 1,
    name: 'ids',
  });

/** Some of these values: a filter for any of them. */
export const ValueList = (values: readonly string[]) =>
  QueryList({
    value: `(${values.join('|')})`,
    isValue: IsIn([...values], { each: true, message: `must be ${values.join(', ')}, or several of them separated by commas` }),
    max: values.length,
    maxLength: values.length * (Math.max(...values.map(({ length }) => length)) + 1),
    name: 'values',
  });

/** What is neither a text nor a list of texts stays as it is, and is refused by the check of its values. */
function listedValues(given: unknown): unknown {
  const parts = typeof given === 'string' ? [given] : given;
  if (!Array.isArray(parts)) return given;
  return [...new Set(parts.flatMap((part: unknown) => (typeof part === 'string' ? part.split(',') : [part])))];
}
