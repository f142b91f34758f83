// One server-sent event, after line ends, comments and multi-line data have been dealt with (WHATWG HTML, 9.2.6).

export interface StreamEvent {
  /** The `event:` field; empty when absent. */
  name: string;
  /** All `data:` lines joined by a line feed. */
  data: string;
}
