/** Remembers that the server had no space for a write. It answers reads meanwhile, and goes on where space is free again, so nothing else notices. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { onEachConnection, poolOf } from './pool.js';

/** SQLSTATE disk_full. */
const DISK_FULL = '53100';

interface ServerError {
  readonly code?: string;
  readonly message?: string;
}

@Injectable()
export class WriteRefusals implements OnModuleInit {
  /** Of the last refusal: when it came, on the clock of `performance.now()`, and what the server said. */
  #latest: { readonly at: number; readonly reason: string } | null = null;

  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    onEachConnection(poolOf(this.dataSource), (client) => {
      const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
      connection.on('errorMessage', (error: ServerError) => {
        if (error.code === DISK_FULL) this.#latest = { at: performance.now(), reason: error.message ?? DISK_FULL };
      });
    });
  }

  /** Returns what the server said when it last refused a write, or null where that was longer ago. */
  reasonWithin(milliseconds: number): string | null {
    return this.#latest !== null && performance.now() - this.#latest.at < milliseconds ? this.#latest.reason : null;
  }
}
