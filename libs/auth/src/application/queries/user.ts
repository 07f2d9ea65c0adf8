import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { UserNotFound } from '../../domain/errors.js';
import { USER_COLUMNS, type UserRow, type UserView, userView } from './user.view.js';

/** Throws `UserNotFound`. */
export class User extends Query<UserView> {
  constructor(readonly userId: string) {
    super();
  }
}

@QueryHandler(User)
export class UserHandler implements IQueryHandler<User> {
  constructor(private readonly database: Database) {}

  async execute({ userId }: User): Promise<UserView> {
    const [row] = await this.database.byKeys<UserRow>(`SELECT ${USER_COLUMNS} FROM auth.users WHERE id = ANY ($1::uuid[])`, [userId], 'id');
    if (row === undefined) throw new UserNotFound();
    return userView(row);
  }
}
