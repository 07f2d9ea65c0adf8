/** Tells refusals of the API from other errors. */
import { PROBLEM_CODES, type Problem } from './generated/problems.gen.js';

const CODES: ReadonlySet<unknown> = new Set(PROBLEM_CODES);

/** Whether a caught or returned error is a refusal that this version of the client knows. */
export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && CODES.has(error.code);
}
