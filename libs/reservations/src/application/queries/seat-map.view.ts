import { MoneyView } from '@app/platform/http/money.view.js';

export class SeatOnMapView {
  /** @example "A1" */
  label!: string;
  /** @example 1 */
  number!: number;
  /**
   * Grid column from 1, gaps counted.
   * @example 1
   */
  column!: number;
  /** @example "standard" */
  category!: 'standard' | 'premium';
  /** @example false */
  accessible!: boolean;
  /** @example false */
  companion!: boolean;
  /** @example { "amount": 1250, "currency": "EUR" } */
  price!: MoneyView | null;
  /** @example "available" */
  status!: 'available' | 'held' | 'sold';
  /** Only on your own seats. */
  mine?: boolean;
}

export class SeatRowView {
  /** @example "A" */
  row!: string;
  seats!: SeatOnMapView[];
}

export class SeatMapView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14" */
  showtimeId!: string;
  rows!: SeatRowView[];
}
