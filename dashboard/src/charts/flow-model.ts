// The flow of requests as a drawing needs it: nodes in three columns and the bands between them. Equal names in different
// columns are different nodes.
import type { FlowRow } from '../../../contract/questions/flow.ts';

export interface FlowNode {
  key: string;
  /** 0: asked for, 1: decided by, 2: served by. */
  column: 0 | 1 | 2;
  name: string;
  colour: string;
  requests: number;
}

export interface FlowBand {
  from: string;
  to: string;
  requests: number;
}

export interface FlowModel {
  nodes: FlowNode[];
  bands: FlowBand[];
  requests: number;
}

export interface FlowNaming {
  requested(row: FlowRow): Pick<FlowNode, 'name' | 'colour'>;
  decided(row: FlowRow): Pick<FlowNode, 'name' | 'colour'>;
  served(row: FlowRow): Pick<FlowNode, 'name' | 'colour'>;
}

export function flowModel(rows: readonly FlowRow[], naming: FlowNaming): FlowModel {
  const nodes = new Map<string, FlowNode>();
  const bands = new Map<string, FlowBand>();
  const node = (column: FlowNode['column'], look: Pick<FlowNode, 'name' | 'colour'>, requests: number): string => {
    const key = `${column} ${look.name}`;
    const known = nodes.get(key);
    if (known) known.requests += requests;
    else nodes.set(key, { key, column, ...look, requests });
    return key;
  };
  const band = (from: string, to: string, requests: number): void => {
    const known = bands.get(`${from}\n${to}`);
    if (known) known.requests += requests;
    else bands.set(`${from}\n${to}`, { from, to, requests });
  };
  for (const row of rows) {
    const requested = node(0, naming.requested(row), row.requests);
    const decided = node(1, naming.decided(row), row.requests);
    const served = node(2, naming.served(row), row.requests);
    band(requested, decided, row.requests);
    band(decided, served, row.requests);
  }
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  return { nodes: [...nodes.values()], bands: [...bands.values()], requests };
}

/** Rows of the tallest column, for the height of the drawing. */
export function tallestColumn({ nodes }: FlowModel): number {
  return Math.max(0, ...[0, 1, 2].map((column) => nodes.filter((each) => each.column === column).length));
}
