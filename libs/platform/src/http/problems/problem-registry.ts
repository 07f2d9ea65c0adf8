/** Every code that a problem can have: the document has a schema for each, and `/problems/{code}` a page. Made of the refusals themselves. */
import { getSchemaPath } from '@nestjs/swagger';
import type { Problem } from './problem-details.js';
import { ProblemView } from './problem.view.js';

interface MemberSchema {
  readonly type?: string | string[];
  readonly description?: string;
}

export interface RegisteredProblem {
  readonly code: string;
  readonly status: number;
  /** The code in words. */
  readonly title: string;
  readonly explanation: string;
  readonly example: Problem;
  /** What this refusal adds to the fields of all problems, by name. A member without a declared schema has an empty one. */
  readonly members: Readonly<Record<string, MemberSchema>>;
  /** The members that it has in every answer with it. */
  readonly requiredMembers: readonly string[];
  /** Operations that answer with it. */
  readonly operations: string[];
}

const FIELDS_OF_ALL = new Set(['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId']);
const OPTIONAL_FIELDS_OF_ALL = new Set(['errors', 'retryAfter']);

const EXPLANATIONS: Readonly<Record<number, string>> = {
  400: 'The request is malformed, so nothing was done. `errors` names each fault where more is known. Mend the request; repeating it does not help.',
  401: 'The request needs a valid access token. Nothing was done. Log in, or refresh the session, and send the request again.',
  403: 'The account does not have the right that this request needs. Nothing was done.',
  404: 'It does not exist, or belongs to another user. Nothing was done.',
  405: 'The path exists, but does not take this method. The header `Allow` names those that it takes.',
  408: 'The request did not arrive in time. Send it again.',
  409: 'Another request or another state was first. Nothing was done. Read the resource again, then decide.',
  410: 'It existed once, and its time is over. Nothing was done. Start again.',
  412: 'The resource was changed after it was read. Nothing was done. Read it again, then decide.',
  413: 'The body is larger than this request may have. Nothing was done.',
  414: 'The address is longer than an address may be.',
  415: 'The body has a media type that this request does not take. Nothing was done.',
  422: 'The request is well-formed, but a rule refuses it. Nothing was done. Change the request; repeating it does not help.',
  429: 'Too many requests. Wait for `retryAfter` seconds, then send the request again.',
  431: 'The header fields of the request are too large.',
  500: 'A fault of the system. Report the `requestId`. An idempotency key makes it safe to repeat a request that creates.',
  503: 'Not possible at the moment, through no fault of the request. Wait for `retryAfter` seconds, then send it again.',
};

export class ProblemRegistry {
  readonly #problems = new Map<string, RegisteredProblem>();

  /** Adds what one operation answers with. `memberSchemas` are those that its context declares. */
  add(problem: Problem, operation: string | null, memberSchemas: Readonly<Record<string, MemberSchema>> = {}): void {
    const { code, status } = problem;
    const known = this.#problems.get(code);
    const names = Object.keys(problem).filter((name) => !FIELDS_OF_ALL.has(name) && !OPTIONAL_FIELDS_OF_ALL.has(name));
    const members = Object.fromEntries(names.map((name) => [name, memberSchemas[name] ?? {}]));
    this.#problems.set(code, {
      code,
      status,
      title: titleOf(code),
      explanation: EXPLANATIONS[status] ?? '',
      example: known?.example ?? problem,
      members: { ...members, ...known?.members },
      requiredMembers: known === undefined ? names : known.requiredMembers.filter((name) => names.includes(name)),
      operations: [...(known?.operations ?? []), ...(operation === null ? [] : [operation])],
    });
  }

  find(code: string): RegisteredProblem | null {
    return this.#problems.get(code) ?? null;
  }

  /** By code. */
  all(): RegisteredProblem[] {
    return [...this.#problems.values()].sort((one, other) => (one.code < other.code ? -1 : 1));
  }

  /** One schema for each code, for the components of the document: also for those that no operation answers, but the router, the parser or a fault. */
  schemas(): Record<string, object> {
    return Object.fromEntries(this.all().map((problem) => [schemaNameOf(problem.code), schemaOf(problem)]));
  }
}

function schemaOf({ code, status, explanation, example, members, requiredMembers }: RegisteredProblem): object {
  const present = [...requiredMembers, ...[...OPTIONAL_FIELDS_OF_ALL].filter((name) => name in example)];
  return {
    description: explanation,
    allOf: [
      { $ref: getSchemaPath(ProblemView) },
      {
        type: 'object',
        properties: {
          code: { type: 'string', const: code, description: 'Constant for this problem.' },
          status: { type: 'integer', const: status, description: 'The HTTP status.' },
          ...members,
        },
        required: ['code', 'status', ...present],
      },
    ],
  };
}

/** `reservations.seats-taken` → `ReservationsSeatsTakenProblem`. */
export function schemaNameOf(code: string): string {
  const words = code.split(/[.-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Problem`;
}

/** `reservations.seats-taken` → `Seats taken`. */
function titleOf(code: string): string {
  const words = code.slice(code.indexOf('.') + 1).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
