import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '@app/platform/persistence/aggregate-repository.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/database-errors.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { RoomNameTaken, RoomNotFound } from '../domain/errors.js';
import { Room, type RoomState } from '../domain/room.js';
import type { Rooms } from '../domain/rooms.js';
import { seatsByCategory } from '../domain/seat-plan.js';
import { roomSchema } from './room.schema.js';

@Injectable()
export class PostgresRooms extends AggregateRepository<RoomState, Room> implements Rooms {
  constructor(database: Database, transactions: Transactions, outbox: Outbox) {
    super({
      database,
      transactions,
      outbox,
      schema: roomSchema,
      rebuild: (state) => new Room(state),
      notFound: () => new RoomNotFound(),
    });
  }

  override async add(room: Room): Promise<void> {
    await this.transactions.run(async () => {
      await super.add(room).catch(refuseTakenName);
      await this.storePlans(room);
    });
  }

  override change<T>(id: string, decide: (room: Room) => T): Promise<T> {
    return super.change(id, decide).catch(refuseTakenName);
  }

  protected override async store(room: Room): Promise<void> {
    await this.storePlans(room);
    await super.store(room);
  }

  private async storePlans(room: Room): Promise<void> {
    for (const { roomId, version, plan, madeAt } of room.takePlans()) {
      await this.database.query(
        'INSERT INTO rooms.seat_plans (room_id, version, layout, seats, seats_by_category, made_at) VALUES ($1, $2, $3, $4, $5, $6)',
        [roomId, version, JSON.stringify(plan.layout), JSON.stringify(plan.seats), JSON.stringify(seatsByCategory(plan.seats)), madeAt],
      );
    }
  }
}

function refuseTakenName(error: unknown): never {
  throw brokenConstraint(error) === 'rooms_name_in_theatre' ? new RoomNameTaken() : error;
}
