import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Users } from '../../domain/users.js';
import { type UserView, userViewOf } from '../queries/user-view.js';

export class ActivateUser extends Command<UserView> {
  constructor(readonly userId: string) {
    super();
  }
}

@CommandHandler(ActivateUser)
export class ActivateUserHandler implements ICommandHandler<ActivateUser> {
  constructor(private readonly users: Users) {}

  async execute({ userId }: ActivateUser): Promise<UserView> {
    return this.users.change(userId, (user) => {
      user.activate();
      return userViewOf(user.state);
    });
  }
}
