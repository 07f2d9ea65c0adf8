import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '@app/platform/http/money.view.js';

/** The limits of a seat plan, which rooms checks. */
const MAX_ROWS = 50;
const MAX_COLUMNS = 60;
const MAX_LABEL = 8;

class SeatOnMapView {
  /** Letters of the row and number of the seat: what a reservation names. */
  @ApiProperty({ example: 'A1', maxLength: MAX_LABEL })
  label!: string;
  /** Number of the seat in its row, from 1 at the left; gaps are not counted. */
  @ApiProperty({ example: 1, minimum: 1, maximum: MAX_COLUMNS })
  number!: number;
  /** Grid column from 1, gaps counted. */
  @ApiProperty({ example: 1, minimum: 1, maximum: MAX_COLUMNS })
  column!: number;
  /** What the seat is priced as. */
  @ApiProperty({ enum: ['standard', 'premium'], enumName: 'SeatCategory', example: 'standard' })
  category!: 'standard' | 'premium';
  /**
   * Whether it is a place for a wheelchair.
   * @example false
   */
  accessible!: boolean;
  /**
   * Whether it belongs to the accessible seat beside it.
   * @example false
   */
  companion!: boolean;
  /**
   * What the seat costs when it is held now.
   * @example { "amount": 1250, "currency": "EUR" }
   */
  price!: MoneyView | null;
  /** Held: a customer has it and has not paid yet. Sold: it is paid. */
  @ApiProperty({ enum: ['available', 'held', 'sold'], enumName: 'SeatStatus', example: 'available' })
  status!: 'available' | 'held' | 'sold';
  /** Only on your own seats. */
  mine?: boolean;
}

class SeatMapRowView {
  /** Letters of the row. */
  @ApiProperty({ example: 'A', maxLength: MAX_LABEL })
  row!: string;
  /** Line of the grid from 1 at the screen. A line without a row is an aisle. */
  @ApiProperty({ example: 1, minimum: 1, maximum: MAX_ROWS })
  line!: number;
  /** Seats of the row from left to right. */
  @ApiProperty({ type: [SeatOnMapView], minItems: 1, maxItems: MAX_COLUMNS })
  seats!: SeatOnMapView[];
}

/** The room as it is drawn. */
class SeatGridView {
  /** Lines, those of aisles included. */
  @ApiProperty({ example: 8, minimum: 1, maximum: MAX_ROWS })
  rows!: number;
  /** Columns, gaps included. */
  @ApiProperty({ example: 12, minimum: 1, maximum: MAX_COLUMNS })
  columns!: number;
  /** Where the screen is: above the first line. */
  @ApiProperty({ enum: ['top'], enumName: 'ScreenPlace', example: 'top' })
  screen!: 'top';
}

class SeatLimitsView {
  /**
   * How many seats one reservation can have.
   * @example 10
   */
  seatsPerReservation!: number;
}

export class SeatMapView {
  /** The showtime whose seats these are. */
  @ApiProperty({ format: 'uuid', example: '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14' })
  showtimeId!: string;
  /** Whether the showtime takes place. */
  @ApiProperty({ enum: ['scheduled', 'cancelled'], enumName: 'ShowtimeStatus', example: 'scheduled' })
  status!: 'scheduled' | 'cancelled';
  /** From when seats can be held. Null: at once. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-12-01T09:00:00.000Z' })
  salesOpenAt!: string | null;
  grid!: SeatGridView;
  limits!: SeatLimitsView;
  /** Rows with seats, from the screen to the back. */
  @ApiProperty({ type: [SeatMapRowView], minItems: 1, maxItems: MAX_ROWS })
  rows!: SeatMapRowView[];
}
