export function after(instant: Date, milliseconds: number): Date {
  return new Date(instant.getTime() + milliseconds);
}

export function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
