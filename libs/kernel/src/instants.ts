/** Arithmetic of instants. */

export function addMs(instant: Date, milliseconds: number): Date {
  return new Date(instant.getTime() + milliseconds);
}

export function earlierOf(a: Date, b: Date): Date {
  return a < b ? a : b;
}
