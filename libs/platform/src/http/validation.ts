/** Checks the shape of every input: DTOs by class-validator, no unknown fields, only text that PostgreSQL can store. */
import { type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import { isUuid } from '@app/kernel/id.js';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { type FaultPlace, InvalidInput, type InputFault } from './problems/http-errors.js';

const MAX_DEPTH = 16;
/** Of one object, or of the query: more than any request has. What looks at each field after this looks at the others again for it. */
const MAX_FIELDS = 100;

const REQUIRED = { rule: 'required', message: 'is required' } as const;
const UNKNOWN_FIELD = { rule: 'unknownField', message: 'is not a known field' } as const;
const TOO_MANY_FIELDS = { rule: 'maxFields', message: `must have at most ${MAX_FIELDS} fields` } as const;
const TOO_DEEP = { rule: 'depth', message: 'is nested too deeply' } as const;
/** Where class-validator says it in other words than the rest, or names the field a second time. */
const MESSAGES: Readonly<Record<string, string>> = {
  arrayNotEmpty: 'must not be empty',
};
const UNSTORABLE = { rule: 'text', message: 'must be text without NUL or broken characters' } as const;

/** Without this, class-validator looks through the rules of all classes at each validation. They do not change once a class is there. */
function rememberRules(): void {
  const storage = getMetadataStorage();
  const search = storage.getTargetValidationMetadatas.bind(storage);
  const known = new WeakMap<object, ReturnType<typeof search>>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    const hasOptions = (schema as string | undefined) !== undefined || always || strictGroups || groups !== undefined;
    if (hasOptions) return search(target, schema, always, strictGroups, groups);
    const found = known.get(target) ?? search(target, schema, always, strictGroups, groups);
    known.set(target, found);
    return found;
  };
}

rememberRules();

/** What class-validator found; the pipe says where the input came from. */
class BrokenRules {
  constructor(readonly errors: readonly ValidationError[]) {}
}

@Injectable()
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      validationError: { target: false, value: true },
      exceptionFactory: (errors) => new BrokenRules(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, data, metatype } = metadata;
    if (type === 'custom') return value;
    const placeOf = type === 'body' ? bodyPlace : parameterPlace;
    const fault = unstorable(value);
    if (fault !== null) {
      const path = type === 'param' && data ? [data] : fault.path;
      throw new InvalidInput([{ ...placeOf(path), rule: fault.rule, message: fault.message }]);
    }
    if (type === 'body' && metatype !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      throw new InvalidInput([{ pointer: '', ...(value === undefined ? REQUIRED : { rule: 'object', message: 'must be a JSON object' }) }]);
    }
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof BrokenRules)) throw error;
      throw new InvalidInput(error.errors.flatMap((each) => faultsOf(each, [], placeOf)));
    }
  }
}

/** RFC 6901, 3. */
function bodyPlace(path: readonly string[]): FaultPlace {
  return { pointer: path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') };
}

/** Of the query or the path: they have no depth. */
function parameterPlace([name = '']: readonly string[]): FaultPlace {
  return { parameter: name };
}

type PlaceOf = (path: readonly string[]) => FaultPlace;

/** One fault for each field: the first rule that is broken, in the order in which the class lists them. */
function faultsOf(
  { property, value, constraints, children = [] }: ValidationError,
  parent: readonly string[],
  placeOf: PlaceOf,
): InputFault[] {
  const path = [...parent, property];
  // Decorators register from the last to the first; what is said of nested values comes last of all.
  const { nestedValidation, ...ownRules } = constraints ?? {};
  const broken = Object.entries({ ...(nestedValidation === undefined ? {} : { nestedValidation }), ...ownRules });
  const [rule, message] = broken.at(-1) ?? [];
  const nested = children.flatMap((child) => faultsOf(child, path, placeOf));
  if (rule === undefined || message === undefined) return nested;
  return [{ ...placeOf(path), ...faultOf(rule, MESSAGES[rule] ?? withoutField(message, property), value) }, ...nested];
}

/** `count must be …` says "must be …", and `each value in seats must be …` says "each value must be …". */
const withoutField = (message: string, property: string): string =>
  message.replace(`each value in ${property} `, 'each value ').replace(`${property} `, '');

function faultOf(constraint: string, message: string, value: unknown): Pick<InputFault, 'rule' | 'message'> {
  if (constraint === 'whitelistValidation') return UNKNOWN_FIELD;
  if (value === undefined) return REQUIRED;
  const rule = constraint.replace(/^is(?=[A-Z])/, '');
  return { rule: `${rule[0]!.toLowerCase()}${rule.slice(1)}`, message };
}

type Unstorable = Pick<InputFault, 'rule' | 'message'> & { readonly path: readonly string[] };

/** PostgreSQL stores no NUL and no half of a surrogate pair, neither in text nor in jsonb. */
function unstorable(value: unknown, depth = 0): Unstorable | null {
  if (depth > MAX_DEPTH) return { path: [], ...TOO_DEEP };
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? { path: [], ...UNSTORABLE } : null;
  if (typeof value !== 'object' || value === null) return null;
  const fields = Object.entries(value);
  if (fields.length > MAX_FIELDS && !Array.isArray(value)) return { path: [], ...TOO_MANY_FIELDS };
  for (const [key, inner] of fields) {
    if (key in Object.prototype) return { path: [key], ...UNKNOWN_FIELD };
    const faultOfKey = unstorable(key, depth + 1);
    if (faultOfKey !== null) return faultOfKey;
    const fault = unstorable(inner, depth + 1);
    if (fault !== null) return { ...fault, path: [key, ...fault.path] };
  }
  return null;
}

/** Asked before anything else walks through the value: a walk without a bound ends in a full stack. */
export function isNestedTooDeeply(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth >= MAX_DEPTH || Object.values(value).some((inner) => isNestedTooDeeply(inner, depth + 1));
}

/** For ids in paths: `@Param('id', UuidPipe)`. */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  transform(value: string, metadata: ArgumentMetadata): string {
    if (!isUuid(value)) throw new InvalidInput([{ parameter: metadata.data ?? 'id', rule: 'uuid', message: 'must be a UUID' }]);
    return value.toLowerCase();
  }
}
