/** How far the search for confirmed reservations without their mail has come. */
export abstract class ConfirmationsWatermark {
  /** The time up to which every confirmed reservation has its mail requested. The first search starts at the installation. */
  abstract read(): Promise<Date>;

  /** Moves the watermark, also back: a clock that was set back would hide what is confirmed until it is ahead again. `at` is an ISO instant. */
  abstract moveTo(at: string): Promise<void>;
}
