/** Lets a commit wake the relay of the same process; other processes find the rows by polling. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class OutboxSignal {
  #wake: (() => void) | null = null;

  /** Called by the relay: what to do when there is something to publish. */
  onNotify(wake: (() => void) | null): void {
    this.#wake = wake;
  }

  notify(): void {
    this.#wake?.();
  }
}
