/**
 * `@ArrayUnique`: a list without a value twice. In the place of that of class-validator, which compares each value with each other: a body of 16 kB
 * with thousands of labels takes it 20 ms. The API document knows it by its name.
 */
import { ValidateBy } from 'class-validator';

/** Two values are the same where the identifier makes the same of them. */
export const ArrayUnique = (identifier: (item: unknown) => unknown = (item) => item): PropertyDecorator =>
  ValidateBy({
    name: 'arrayUnique',
    validator: {
      validate: (value: unknown) => Array.isArray(value) && new Set(value.map(identifier)).size === value.length,
      defaultMessage: () => 'must not have a value twice',
    },
  });
