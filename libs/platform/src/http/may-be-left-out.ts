/** `@MayBeLeftOut`: for fields of requests that have no value null. */
import { ValidateIf } from 'class-validator';

/** The field may be left out, but may not be null: null is not a value of its type, and `@IsOptional` would let it through to the handler. */
export const MayBeLeftOut = () => ValidateIf((_, value: unknown) => value !== undefined);
