import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { UserNotFound } from '../../domain/errors.js';
import { USER_COLUMNS, type UserRow, type UserView, userViewOfRow } from './user-view.js';

export class UserById extends Query<UserView> {
  constructor(readonly userId: string) {
    super();
  }
}

@QueryHandler(UserById)
export class UserByIdHandler implements IQueryHandler<UserById> {
  constructor(private readonly database: Database) {}

  async execute({ userId }: UserById): Promise<UserView> {
    const [row] = await this.database.query<UserRow>(`SELECT ${USER_COLUMNS} FROM auth.users WHERE id = $1`, [userId]);
    if (row === undefined) throw new UserNotFound();
    return userViewOfRow(row);
  }
}
