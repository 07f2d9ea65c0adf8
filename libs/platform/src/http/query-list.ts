/** `@QueryList`: a query parameter with several values, as `?a=x,y`, as `?a=x&a=y`, or as both. None of its values holds a comma. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsUUID, Matches, ValidateBy } from 'class-validator';
import { characterCount, isBlank } from '@app/kernel/text.js';
import { MayBeLeftOut } from './may-be-left-out.js';

/** A request with more is most likely a mistake; the length of an address is bounded too. */
const MAX_LISTED_IDS = 20;
/** Of a value that is refused. */
const MAX_NAMED_CHARACTERS = 50;
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
  /** Which values it stands for when it is left out, for the document: the field has the same as its initial value. */
  readonly usual?: readonly string[] | undefined;
  /** Makes equal values the same text. */
  readonly normalised?: (value: string) => string;
}

/** An optional list. Values that are repeated count once, and an empty one is no value. */
export const QueryList = ({ value, isValue, max, maxLength, name, usual, normalised = (text) => text }: ListedValues) =>
  applyDecorators(
    ApiProperty({
      type: String,
      required: false,
      pattern: `^${value}(,${value}){0,${max - 1}}$`,
      maxLength,
      ...(usual === undefined ? {} : { default: usual.join(',') }),
    }),
    MayBeLeftOut(),
    isValue,
    ArrayMaxSize(max, { message: `must have at most ${max} ${name}` }),
    Transform(({ value: given }: { value: unknown }) => listedValues(given, normalised)),
  );

/** Ids: a filter for any of them. */
export const IdList = () =>
  QueryList({
    value: UUID,
    isValue: IsUUID('all', { each: true, message: 'must be a UUID, or UUIDs separated by commas' }),
    max: MAX_LISTED_IDS,
    maxLength: MAX_LISTED_IDS * 37 - 1,
    name: 'ids',
    normalised: (id) => id.toLowerCase(),
  });

/** Codes and technical names of letters, digits, `_`, `.`, `:` and `-`, each with so many characters at most: a filter for any of them. */
export const CodeList = (characters: number) =>
  QueryList({
    value: `[\\w.:-]{1,${characters}}`,
    isValue: Matches(new RegExp(`^[\\w.:-]{1,${characters}}$`), {
      each: true,
      message: `must have 1 to ${characters} letters, digits or any of _ . : -, or be several such values separated by commas`,
    }),
    max: MAX_LISTED_IDS,
    maxLength: MAX_LISTED_IDS * (characters + 1) - 1,
    name: 'values',
  });

/** Names, with so many characters at most: a filter for any of them. */
export const NameList = (characters: number) =>
  QueryList({
    value: `[^,]{1,${characters}}`,
    isValue: ValidateBy(
      {
        name: 'isName',
        validator: {
          validate: (name: unknown) => typeof name === 'string' && !isBlank(name) && characterCount(name) <= characters,
          defaultMessage: () => `must have 1 to ${characters} characters, or be several such names separated by commas`,
        },
      },
      { each: true },
    ),
    max: MAX_LISTED_IDS,
    maxLength: MAX_LISTED_IDS * (characters + 1) - 1,
    name: 'names',
  });

/** Some of these values: a filter for any of them. */
export const ValueList = (values: readonly string[], { usual }: Pick<ListedValues, 'usual'> = {}) =>
  QueryList({
    value: `(${values.join('|')})`,
    isValue: IsIn([...values], {
      each: true,
      message: ({ value }) => `must be ${values.join(', ')}, or several of them separated by commas${unknownOf(value, values)}`,
    }),
    max: values.length,
    maxLength: values.length * (Math.max(...values.map(({ length }) => length)) + 1),
    name: 'values',
    usual,
  });

/** Names the first value that is not allowed, for the message. */
function unknownOf(given: unknown, values: readonly string[]): string {
  const unknown: unknown = Array.isArray(given) ? given.find((each: string) => !values.includes(each)) : undefined;
  return typeof unknown === 'string' && unknown !== '' ? `; not ${JSON.stringify(unknown.slice(0, MAX_NAMED_CHARACTERS))}` : '';
}

/** Any other value than a text or a list of texts stays as it is: the check of its values refuses it. */
function listedValues(given: unknown, normalised: (value: string) => string): unknown {
  const parts = typeof given === 'string' ? [given] : given;
  if (!Array.isArray(parts)) return given;
  return [...new Set(parts.flatMap((part: unknown) => (typeof part === 'string' ? part.split(',').map(normalised) : [part])))];
}
