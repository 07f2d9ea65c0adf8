/** `If-Match`: a change that was made for another version of a resource than the present one is refused. */
import { PreconditionFailed } from '@app/kernel/domain-error.js';

export const EXPECTED_VERSION = Symbol('platform.expected-version');

/** What a route puts into the context of its request. */
export interface ExpectedVersion {
  /** The id of the resource that the path names. */
  readonly id: string;
  /** Any of these. Empty: no version of this resource was ever answered with these tags. */
  readonly versions: readonly number[];
  /** Set by the repository, once: the change itself makes another version. */
  compared: boolean;
  /** Set by a command that compares before the row is locked. */
  comparedBeforeLock: boolean;
}

/** The resource is another one than the client has read. */
export class ResourceChanged extends PreconditionFailed {
  constructor() {
    super('platform.resource-changed', 'Another change came first. Read the resource again, then decide.');
  }
}

const VERSIONS = new WeakMap<object, number>();

/** Remembers which version of its aggregate a view shows, for its `ETag`. The version is no part of the answer. */
export function withVersion<View extends object>(view: View, version: number): View {
  VERSIONS.set(view, version);
  return view;
}

/** Undefined where the view has none, or is a copy. */
export function versionOf(view: object): number | undefined {
  return VERSIONS.get(view);
}
