/** Tells refusals of the API from other errors. */
import { PROBLEM_CODES, type Problem } from './generated/problems.gen.js';

const CODES: ReadonlySet<unknown> = new Set(PROBLEM_CODES);

/** Whether a caught or returned error is a refusal that this version of the client knows. */
export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && CODES.has(error.code);
}

/**
 * The page that explains a refusal. Its `type` is relative to the server that answered (RFC 9457, section 3.1.1), so that it is the same behind every
 * host. `baseUrl`: where the client sends its requests to.
 */
export function problemPageOf(problem: Pick<Problem, 'type'>, baseUrl: string): string {
  return new URL(problem.type, baseUrl).href;
}

/** What was caught, as an error to throw. */
export function asError(caught: unknown): Error {
  return caught instanceof Error ? caught : new Error(String(caught), { cause: caught });
}
