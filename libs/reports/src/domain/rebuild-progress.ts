/** How far a rebuild of the reports has come in the history of events. It is stored, so that a rebuild that was cut off goes on where it was. */
export interface RebuildPosition {
  /** The last position in the history that was counted. */
  readonly position: string;
  /** The rebuild ends at this position. */
  readonly until: string;
  /** Events that were counted so far. */
  readonly events: number;
}

export abstract class RebuildProgress {
  /** Begins a rebuild up to `until`, or goes on with one that was cut off, unless it is to begin `fromStart`. Returns whether it goes on. */
  abstract begin(rebuild: { readonly until: string; readonly fromStart: boolean }): Promise<{ resumed: boolean }>;

  /** Locks the position until the transaction ends. Null where another process has ended the rebuild. */
  abstract lock(): Promise<RebuildPosition | null>;

  abstract advance(page: { readonly position: string; readonly events: number }): Promise<void>;

  abstract end(): Promise<void>;
}
