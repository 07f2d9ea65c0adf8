import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '@app/platform/persistence/aggregate-repository.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/postgres-errors.js';
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
    return super.add(theatre).catch(nameTaken);
  }

  override change<T>(id: string, decide: (theatre: Theatre) => T): Promise<T> {
    return super.change(id, decide).catch(nameTaken);
  }

  async exists(id: string): Promise<boolean> {
    return (await this.database.query('SELECT 1 FROM rooms.theatres WHERE id = $1', [id])).length > 0;
  }

  async holdRooms(id: string): Promise<string[]> {
    // A room being opened holds its theatre's key (foreign key): this waits for it, and the next one waits for this.
    const held = await this.database.query('SELECT 1 FROM rooms.theatres WHERE id = $1 FOR UPDATE', [id]);
    if (held.length === 0) throw new TheatreNotFound();
    const rooms = await this.database.query<{ id: string }>('SELECT id FROM rooms.rooms WHERE theatre_id = $1 ORDER BY id', [id]);
    return rooms.map((room) => room.id);
  }
}

function nameTaken(error: unknown): never {
  throw brokenConstraint(error) === 'theatres_name' ? new TheatreNameTaken() : error;
}
