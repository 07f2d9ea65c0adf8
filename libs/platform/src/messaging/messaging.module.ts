/** The broker in every process; the relay and the reactions in the worker. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  DynamicModule,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { sharesSessions } from '../persistence/direct-session.js';
import { isDatabaseUnavailable } from '../persistence/database-errors.js';
import { Transactions } from '../persistence/transactions.js';
import { ShutdownDeadline } from '../concurrency/shutdown-deadline.js';
import { Broker } from './broker.js';
import { storeDeadLetterIn } from './store-dead-letter.js';
import { PostgresBroker } from './postgres-broker.js';
import { RabbitBroker } from './rabbit-broker.js';
import { KnownEvents, Reactions } from './reactions.js';
import { Relay } from './relay.js';

function newBroker(settings: Settings, database: Database, transactions: Transactions): Broker {
  const { amqpUrls, prefetch, retryDelaysMs, leaseMs, eventLog } = settings.broker;
  return amqpUrls.length === 0
    ? new PostgresBroker(database, transactions, { prefetch, retryDelaysMs, leaseMs }, storeDeadLetterIn(database))
    : new RabbitBroker({ urls: amqpUrls, prefetch, retryDelaysMs, eventLog }, storeDeadLetterIn(database));
}

const broker = { provide: Broker, inject: [Settings, Database, Transactions], useFactory: newBroker };

@Injectable()
class MessagingLifecycle implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  #deadline: ShutdownDeadline | null = null;
  #stopped: Promise<void> = Promise.resolve();

  constructor(
    private readonly broker: Broker,
    private readonly reactions: Reactions,
    private readonly relay: Relay,
  ) {}

  onApplicationBootstrap(): void {
    const bindings = this.reactions.bindings();
    new Logger('Messaging').log(`Broker: ${this.broker.kind}, ${bindings.length} reactions`);
    this.broker.consume(bindings, (delivery) => this.reactions.deliver(delivery));
    this.relay.start();
  }

  onModuleDestroy(): void {
    this.#deadline = new ShutdownDeadline();
    this.#stopped = this.stop().catch((error: unknown) =>
      new Logger('Messaging').error({ err: error }, 'The messaging did not stop cleanly'),
    );
  }

  /** A reaction that hangs is abandoned as by a crash: its message is delivered to another consumer. */
  async beforeApplicationShutdown(): Promise<void> {
    if ((await this.#deadline?.finished(this.#stopped)) !== false) return;
    new Logger('Messaging').error('Some reactions did not end in time; their messages will be delivered again');
    this.broker.abandon();
  }

  private async stop(): Promise<void> {
    this.reactions.stop();
    await this.broker.stopConsuming();
    await this.relay.stop();
    await this.broker.close();
  }
}

const DIRECT_ATTEMPTS = 10;
const DIRECT_PAUSE_MS = 1_000;

/** Refuses to start where two relays would get the leader's lock at once, and publish everything twice and out of order. */
@Injectable()
class LeaderSession implements OnModuleInit {
  constructor(private readonly settings: Settings) {}

  async onModuleInit(): Promise<void> {
    const { directUrl, url } = this.settings.database;
    for (let attempt = 1; ; attempt++) {
      try {
        if (!(await sharesSessions(directUrl))) return;
        break;
      } catch (error) {
        if (attempt === DIRECT_ATTEMPTS || !isDatabaseUnavailable(error)) throw error;
        await pause(DIRECT_PAUSE_MS);
      }
    }
    const name = directUrl === url ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
    throw new Error(
      `Connections to ${name} share sessions, so that two relays would lead: a pooler stands between. Set DATABASE_DIRECT_URL to the address of PostgreSQL itself.`,
    );
  }
}

@Injectable()
class BrokerLifecycle implements OnApplicationShutdown {
  constructor(private readonly broker: Broker) {}

  async onApplicationShutdown(): Promise<void> {
    await this.broker.close();
  }
}

@Module({})
export class MessagingModule {
  /** For a process that neither publishes events nor reacts to them: it checks whether the broker is there, and redrives dead letters. */
  static forApi(): DynamicModule {
    return { module: MessagingModule, global: true, providers: [broker, BrokerLifecycle], exports: [Broker] };
  }

  static forWorker(eventTypes: readonly string[]): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        broker,
        { provide: KnownEvents, useValue: { types: eventTypes } satisfies KnownEvents },
        LeaderSession,
        Reactions,
        Relay,
        MessagingLifecycle,
      ],
      exports: [Broker, Reactions, Relay],
    };
  }
}
