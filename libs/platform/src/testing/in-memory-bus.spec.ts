import { Command, CommandBus, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Injectable } from '@nestjs/common';
import { Transactions } from '../persistence/transactions.js';
import { ImmediateTransactions } from './immediate-transactions.js';
import { InMemoryBus } from './in-memory-bus.js';

abstract class Lamps {
  abstract set(on: boolean): void;
}

class InMemoryLamps extends Lamps {
  on = false;

  set(on: boolean): void {
    this.on = on;
  }
}

class IsPowered extends Query<boolean> {}

class SwitchOn extends Command<string> {
  constructor(readonly by: string) {
    super();
  }
}

class IsSwitchedOn extends Query<boolean> {}

@CommandHandler(SwitchOn)
class SwitchOnHandler implements ICommandHandler<SwitchOn> {
  constructor(
    private readonly lamps: Lamps,
    private readonly transactions: Transactions,
    private readonly queries: QueryBus,
  ) {}

  async execute({ by }: SwitchOn): Promise<string> {
    return this.transactions.run(async () => {
      if (!(await this.queries.execute(new IsPowered()))) throw new Error('There is no power');
      this.lamps.set(true);
      return by;
    });
  }
}

@QueryHandler(IsSwitchedOn)
class IsSwitchedOnHandler implements IQueryHandler<IsSwitchedOn> {
  constructor(private readonly lamps: Lamps) {}

  execute(): Promise<boolean> {
    return Promise.resolve((this.lamps as InMemoryLamps).on);
  }
}

@Injectable()
class SwitchOnWhenNightFell {
  constructor(private readonly commands: CommandBus) {}

  handle(): Promise<string> {
    return this.commands.execute(new SwitchOn('the night'));
  }
}

const handlers = [SwitchOnHandler, IsSwitchedOnHandler, SwitchOnWhenNightFell];

describe('InMemoryBus', () => {
  const busWith = (lamps: Lamps) => new InMemoryBus({ handlers, providers: [[Lamps, lamps]] }).answer(IsPowered, () => true);

  it('a command is executed with the providers that its handler asks for', async () => {
    const lamps = new InMemoryLamps();
    expect(await busWith(lamps).execute(new SwitchOn('Ada'))).toBe('Ada');
    expect(lamps.on).toBe(true);
  });

  it('a query of the same handlers is executed', async () => {
    const lamps = new InMemoryLamps();
    lamps.set(true);
    expect(await busWith(lamps).execute(new IsSwitchedOn())).toBe(true);
  });

  it('the bus is the command bus and the query bus of what it makes', async () => {
    expect(await busWith(new InMemoryLamps()).get(SwitchOnWhenNightFell).handle()).toBe('the night');
  });

  it('a hook gets the message before each execution', async () => {
    const seen: string[] = [];
    const bus = busWith(new InMemoryLamps()).before(SwitchOn, ({ by }) => seen.push(by));
    await bus.execute(new SwitchOn('Ada'));
    await bus.get(SwitchOnWhenNightFell).handle();
    expect(seen).toEqual(['Ada', 'the night']);
  });

  it('the error of a handler or an answer rejects the execution', async () => {
    const bus = busWith(new InMemoryLamps()).answer(IsPowered, () => {
      throw new Error('The grid is down');
    });
    await expect(bus.execute(new SwitchOn('Ada'))).rejects.toThrow('The grid is down');
  });

  it('each class is instantiated once', () => {
    const bus = busWith(new InMemoryLamps());
    expect(bus.get(SwitchOnHandler)).toBe(bus.get(SwitchOnHandler));
  });

  it('a class without a handler or a provider is named in the error', async () => {
    const bus = new InMemoryBus({ handlers, providers: [] });
    await expect(bus.execute(new IsPowered())).rejects.toThrow('There is no handler for IsPowered');
    await expect(bus.execute(new IsSwitchedOn())).rejects.toMatchObject({
      message: 'Cannot make IsSwitchedOnHandler',
      cause: { message: 'There is no provider for Lamps' },
    });
  });
});

describe('ImmediateTransactions', () => {
  it('immediate transactions run every effect at once and are never active', async () => {
    const transactions = new ImmediateTransactions();
    const ran: string[] = [];
    const effect = (name: string) => (): Promise<string> => {
      ran.push(name);
      return Promise.resolve(name);
    };
    expect(await transactions.run(effect('run'))).toBe('run');
    expect(await transactions.idempotently(effect('idempotently'))).toBe('idempotently');
    expect(await transactions.savepoint(effect('savepoint'))).toBe('savepoint');
    transactions.afterCommit(() => ran.push('afterCommit'));
    expect(ran).toEqual(['run', 'idempotently', 'savepoint', 'afterCommit']);
    expect(transactions.isActive).toBe(false);
  });
});
