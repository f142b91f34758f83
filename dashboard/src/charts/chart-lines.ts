// What a chart shows, before any drawing: the same lines feed the canvas, the legend, the tooltip and the table.

export interface ChartLine {
  name: string;
  /** A CSS colour, `var(--…)` included. */
  colour: string;
  /** One per bucket; null breaks the line. */
  values: (number | null)[];
}

export interface ChartModel {
  kind: 'bars' | 'lines';
  lines: ChartLine[];
  /** The short label of each bucket, for the axis. */
  labels: string[];
  /** The full label of each bucket, for the tooltip and the table. */
  titles: string[];
  formatAxis: (value: number) => string;
  formatValue: (value: number | null) => string;
  /** Show the sum of the lines in tooltip and table. */
  total: boolean;
}
