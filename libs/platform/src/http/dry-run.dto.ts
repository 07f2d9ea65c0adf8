/** `?dryRun=true`: the answer says what the request would do, and nothing is done. */
import { QueryBoolean } from './query-values.js';

export class DryRunRequest {
  /** True: the answer says what the request would do, and nothing is done. */
  @QueryBoolean()
  dryRun: boolean = false;
}
