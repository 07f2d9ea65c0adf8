/** Tells the relay of the same process that a commit has written events. Other processes find the rows by polling. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class OutboxSignal {
  #wake: (() => void) | null = null;

  /** Called by the relay: what to do when there is an event to publish. */
  onNotify(wake: (() => void) | null): void {
    this.#wake = wake;
  }

  notify(): void {
    this.#wake?.();
  }
}
