import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { normaliseEmail } from '../../domain/email.js';
import { USER_COLUMNS, type UserRow, type UserView, userView } from './user.view.js';

/** Null when no user has the address. */
export class UserWithEmail extends Query<UserView | null> {
  constructor(readonly email: string) {
    super();
  }
}

@QueryHandler(UserWithEmail)
export class UserWithEmailHandler implements IQueryHandler<UserWithEmail> {
  constructor(private readonly database: Database) {}

  async execute({ email }: UserWithEmail): Promise<UserView | null> {
    const [row] = await this.database.query<UserRow>(`SELECT ${USER_COLUMNS} FROM auth.users WHERE email = $1`, [normaliseEmail(email)]);
    return row === undefined ? null : userView(row);
  }
}
