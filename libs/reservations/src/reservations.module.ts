/** The modules of the reservations context: what every process provides, and what the API and the worker add to it. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { reservationsHandlers, reservationsJobs, reservationsReactions, reservationsServices } from './application/handlers.js';
import { BookingPolicy } from './domain/booking-policy.js';
import { CancellationRuns } from './domain/cancellation-runs.js';
import { Reservations } from './domain/reservations.js';
import { Seatings } from './domain/seatings.js';
import { SettlementWatermark } from './domain/settlement-watermark.js';
import { AdminCheckInsController } from './infrastructure/admin-check-ins.controller.js';
import { AdminReservationsController } from './infrastructure/admin-reservations.controller.js';
import { ContractSeatings } from './infrastructure/contract-seatings.js';
import { PostgresCancellationRuns } from './infrastructure/postgres-cancellation-runs.js';
import { PostgresReservations } from './infrastructure/postgres-reservations.js';
import { PostgresSettlementWatermark } from './infrastructure/postgres-settlement-watermark.js';
import { reservationSchema } from './infrastructure/reservation.schema.js';
import { ReservationsMetrics } from './infrastructure/reservations.metrics.js';
import { ReservationsController } from './infrastructure/reservations.controller.js';
import {
  CancellationRunSchedule,
  CompletionSchedule,
  HoldExpirySchedule,
  ShowtimeComparisonSchedule,
} from './infrastructure/reservations.schedule.js';
import { SeatsController } from './infrastructure/seats.controller.js';
import { ReservationsSettings } from './reservations.settings.js';

const ports = [
  { provide: Reservations, useClass: PostgresReservations },
  { provide: CancellationRuns, useClass: PostgresCancellationRuns },
  { provide: SettlementWatermark, useClass: PostgresSettlementWatermark },
  { provide: Seatings, useClass: ContractSeatings },
  { provide: BookingPolicy, inject: [ReservationsSettings], useFactory: ({ policy }: ReservationsSettings): BookingPolicy => policy },
];

@Module({
  imports: [TypeOrmModule.forFeature([reservationSchema])],
  providers: [...ports, ...reservationsServices, ...reservationsHandlers],
  exports: [...ports.map(({ provide }) => provide), ...reservationsServices],
})
export class ReservationsModule {}

@Module({
  imports: [ReservationsModule],
  controllers: [ReservationsController, AdminReservationsController, AdminCheckInsController, SeatsController],
})
export class ReservationsApi {}

@Module({
  imports: [ReservationsModule],
  providers: [
    ...reservationsJobs,
    ...reservationsReactions,
    HoldExpirySchedule,
    CompletionSchedule,
    CancellationRunSchedule,
    ShowtimeComparisonSchedule,
    ReservationsMetrics,
  ],
})
export class ReservationsWorker {}
