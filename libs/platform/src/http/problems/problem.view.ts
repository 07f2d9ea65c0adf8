/** The body of every refusal: RFC 9457 problem details. A context adds members of its own with `@ProblemMembers`. */
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels } from '@nestjs/swagger';

/** One thing that is wrong. `pointer`, `parameter` or `header` says where. */
class InputFaultView {
  /**
   * JSON pointer (RFC 6901) into the body.
   * @example "/seats/0"
   */
  pointer?: string;
  /** Name of a parameter of the path or the query. */
  parameter?: string;
  /** Name of a header. */
  header?: string;
  /**
   * The broken rule, for programs: `required`, `unknownField`, `maxLength` and so on.
   * @example "required"
   */
  rule!: string;
  /**
   * What is wrong, for people.
   * @example "is required"
   */
  message!: string;
}

/** RFC 9457 problem details. */
export class ProblemView {
  /**
   * The page that explains the problem, relative to the server: resolve it against the address of the request.
   * @example "/problems/reservations.seats-taken"
   */
  type!: string;
  /**
   * The HTTP status in words.
   * @example "Conflict"
   */
  title!: string;
  /**
   * The HTTP status.
   * @example 409
   */
  status!: number;
  /**
   * A sentence for people.
   * @example "Seat A1 is taken."
   */
  detail!: string;
  /**
   * The path of the request.
   * @example "/api/v1/reservations"
   */
  instance!: string;
  /**
   * Stable, for programs.
   * @example "reservations.seats-taken"
   */
  code!: string;
  /**
   * The `X-Request-Id` of the request: the client's own, or a UUID.
   * @example "request-4711"
   */
  requestId!: string;
  /** What is wrong with the input, fault by fault. */
  errors?: InputFaultView[];
  /** Seconds, on 429 and 503. */
  retryAfter?: number;
}

/** On a controller: the fields of this class type the members that its refusals add, in the schemas of their codes. */
export function ProblemMembers(members: Type) {
  return applyDecorators(ApiExtraModels(members), ApiExtension('x-problem-members', members.name));
}
