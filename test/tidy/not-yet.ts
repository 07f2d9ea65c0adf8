/** Beginnings of paths that a rule does not look at yet. Empty at the end. */
import type { RuleName } from './check.js';

export const NOT_YET: Partial<Record<RuleName, readonly string[]>> = {};
