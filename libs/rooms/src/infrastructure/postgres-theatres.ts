import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '@app/platform/persistence/aggregate-repository.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/database-errors.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { TheatreNameTaken, TheatreNotFound } from '../domain/errors.js';
import { Theatre, type TheatreState } from '../domain/theatre.js';
import type { Theatres } from '../domain/theatres.js';
import { theatreSchema } from './theatre.schema.js';

@Injectable()
export class PostgresTheatres extends AggregateRepository<TheatreState, Theatre> implements Theatres {
  constructor(database: Database, transactions: Transactions, outbox: Outbox) {
    super({
      database,
      transactions,
      outbox,
      schema: theatreSchema,
      rebuild: (state) => new Theatre(state),
      notFound: () => new TheatreNotFound(),
    });
  }

  override add(theatre: Theatre): Promise<void> {
    return super.add(theatre).catch(refuseTakenName);
  }

  override change<T>(id: string, decide: (theatre: Theatre) => T): Promise<T> {
    return super.change(id, decide).catch(refuseTakenName);
  }

  async exists(id: string): Promise<boolean> {
    return (await this.database.query('SELECT 1 FROM rooms.theatres WHERE id = $1', [id])).length > 0;
  }

  async lockedRoomIds(id: string): Promise<string[]> {
    // The insert of a room locks the key of its theatre (foreign key): this waits for such inserts, and later ones wait for this.
    const locked = await this.database.query('SELECT 1 FROM rooms.theatres WHERE id = $1 FOR UPDATE', [id]);
    if (locked.length === 0) throw new TheatreNotFound();
    const rooms = await this.database.query<{ id: string }>('SELECT id FROM rooms.rooms WHERE theatre_id = $1 ORDER BY id', [id]);
    return rooms.map((room) => room.id);
  }
}

function refuseTakenName(error: unknown): never {
  throw brokenConstraint(error) === 'theatres_name' ? new TheatreNameTaken() : error;
}
