/** What every list tells about its next page. */
export class PageInfo {
  /**
   * Null on the last page.
   * @example "WyIwMTk5OGYxZS02YzFmLTdhNzAtOWQxYy0wYTZkNGQyYThiMTUiXQ"
   */
  nextCursor!: string | null;
}
