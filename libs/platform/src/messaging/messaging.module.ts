/** The broker behind its port (every process), and in the worker the relay and the consumers. */
import { DynamicModule, Injectable, Logger, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { Broker } from './broker.js';
import { buryIn } from './dead-letters.js';
import { PostgresBroker } from './postgres-broker.js';
import { RabbitBroker } from './rabbit-broker.js';
import { Reactions } from './reactions.js';
import { Relay } from './relay.js';

function makeBroker(settings: Settings, database: Database): Broker {
  const { amqpUrl, prefetch, retryDelays, lease } = settings.broker;
  return amqpUrl === null
    ? new PostgresBroker(database, { prefetch, retryDelays, lease }, buryIn(database))
    : new RabbitBroker({ url: amqpUrl, prefetch, retryDelays }, buryIn(database));
}

const broker = { provide: Broker, inject: [Settings, Database], useFactory: makeBroker };

@Injectable()
class MessagingLife implements OnApplicationBootstrap, BeforeApplicationShutdown {
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

  async beforeApplicationShutdown(): Promise<void> {
    this.reactions.stop();
    await this.broker.stopConsuming();
    await this.relay.stop();
    await this.broker.close();
  }
}

@Injectable()
class BrokerLife implements OnApplicationShutdown {
  constructor(private readonly broker: Broker) {}

  async onApplicationShutdown(): Promise<void> {
    await this.broker.close();
  }
}

@Module({})
export class MessagingModule {
  /** For a process that only needs to know whether the broker is there. */
  static forApi(): DynamicModule {
    return { module: MessagingModule, global: true, providers: [broker, BrokerLife], exports: [Broker] };
  }

  static forWorker(): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [broker, Reactions, Relay, MessagingLife],
      exports: [Broker, Reactions, Relay],
    };
  }
}
