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

/** The answer 304 to a request with `If-None-Match`: what the caller has is as it was. */
export class NotModified extends Error {
  override readonly name = 'NotModified';

  constructor() {
    super('304 Not Modified');
  }
}

/** Returns the refusal. Throws where none came: without a network, or where something before the API answered. */
export function refusalOf<Refusal>({ error, response }: { readonly error: Refusal; readonly response?: Response | undefined }): Refusal {
  if (typeof error === 'object' && error !== null && 'code' in error && !(error instanceof Error)) return error;
  throw response === undefined ? asError(error) : new Error(`${response.url} answered ${response.status}`, { cause: error });
}

/** What was caught, as an error to throw. */
export function asError(caught: unknown): Error {
  return caught instanceof Error ? caught : new Error(String(caught), { cause: caught });
}
