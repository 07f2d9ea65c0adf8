/** The modules of every long-running process: settings, log, database, clock, broker, health. */
import type { DynamicModule, Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ClockModule } from '../operations/clock/clock.module.js';
import { ConfigModule } from '../config/config.module.js';
import type { LoadedSettings } from '../config/load-settings.js';
import { Settings } from '../config/settings.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { FaultChecksModule } from '../operations/findings/fault-checks.schedule.js';
import { HealthModule } from '../operations/health/health.module.js';
import { DeadLettersModule } from '../operations/dead-letters/dead-letters.controller.js';
import { MessagingModule } from '../messaging/messaging.module.js';
import { AuditTrailApi, AuditTrailModule } from '../operations/audit/audit-trail.module.js';
import { HousekeepingModule } from '../operations/retention/housekeeping.schedule.js';
import { EventFeedModule } from '../operations/event-feed.controller.js';
import { MetricsModule } from '../operations/metrics/metrics.module.js';
import { OutboxModule } from '../operations/outbox/outbox.controller.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { TracingModule } from './tracing.module.js';
import { LoggingModule } from '../telemetry/logging.module.js';

interface Process {
  readonly name: 'api' | 'worker' | 'standalone';
  /** Names of all migrations of this build. */
  readonly migrations: readonly string[];
  readonly eventTypes: readonly string[];
}

/** The buses would hand each command and query to an observable that nobody subscribes to: a twentieth of the time of a read. */
const NO_SUBSCRIBERS = { publish: () => undefined };

export function commonModules(loaded: LoadedSettings, { name, migrations, eventTypes }: Process): (DynamicModule | Type)[] {
  const settings = loaded.get(Settings);
  const servesHttp = name !== 'worker';
  const runsWorker = name !== 'api';
  return [
    ConfigModule.for(loaded),
    LoggingModule.for(settings, name),
    TracingModule.for(settings, name),
    PersistenceModule.for(servesHttp ? 'api' : 'worker'),
    ClockModule.for(settings, { http: servesHttp }),
    runsWorker ? MessagingModule.forWorker(eventTypes) : MessagingModule.forApi(),
    JobsModule.for({ runs: runsWorker }),
    HealthModule.for({ migrations, readinessDelayMs: servesHttp ? settings.http.readinessDelayMs : 0, needsBroker: name === 'worker' }),
    FaultChecksModule.for({ runsWorker }),
    CqrsModule.forRoot({ commandPublisher: NO_SUBSCRIBERS, queryPublisher: NO_SUBSCRIBERS }),
    MetricsModule.for({
      process: name,
      port: servesHttp ? settings.metrics.port : settings.metrics.workerPort,
      measuresTables: runsWorker,
    }),
    AuditTrailModule,
    ...(servesHttp ? [AuditTrailApi, DeadLettersModule, EventFeedModule.for(eventTypes), OutboxModule] : []),
    ...(runsWorker ? [HousekeepingModule] : []),
  ];
}
