import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Users } from '../../domain/users.js';
import { type UserView, userViewOf } from '../queries/user-view.js';

export class PromoteUser extends Command<UserView> {
  constructor(readonly userId: string) {
    super();
  }
}

@CommandHandler(PromoteUser)
export class PromoteUserHandler implements ICommandHandler<PromoteUser> {
  constructor(private readonly users: Users) {}

  async execute({ userId }: PromoteUser): Promise<UserView> {
    return this.users.change(userId, (user) => {
      user.promote();
      return userViewOf(user.state);
    });
  }
}
