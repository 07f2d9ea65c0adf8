/** Lets a commit wake the relay of the same process; other processes find the rows by polling. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class RelayNudge {
  #wake: (() => void) | null = null;

  /** Called by the relay: what to do when there is something to publish. */
  onNudge(wake: (() => void) | null): void {
    this.#wake = wake;
  }

  nudge(): void {
    this.#wake?.();
  }
}
