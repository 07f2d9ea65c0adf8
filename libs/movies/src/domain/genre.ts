export interface Genre {
  readonly id: string;
  readonly name: string;
}
