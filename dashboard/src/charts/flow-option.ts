// Draws a flow with ECharts. Labels and tooltip are plain text: names come from recorded traffic.
import type { EChartsOption } from 'echarts';
import { formatCount, formatShare } from '../format/count.ts';
import type { ColourOf } from './chart-option.ts';
import { plainTooltip } from './chart-tooltip.ts';
import type { FlowModel } from './flow-model.ts';

export function flowOption(model: FlowModel, colourOf: ColourOf): EChartsOption {
  const nameOf = new Map(model.nodes.map(({ key, name }) => [key, name]));
  const share = (requests: number) => `${formatCount(requests)} (${formatShare(requests, model.requests)})`;
  const label = {
    ...{ fontSize: 12, overflow: 'truncate' as const, width: 170, distance: 8 },
    color: colourOf('var(--ink)'),
    formatter: (point: { name: string }) => nameOf.get(point.name) ?? '',
  };
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit' },
    tooltip: {
      ...{
        trigger: 'item',
        confine: true,
        transitionDuration: 0,
        className: 'chart-tooltip',
        padding: 0,
        borderWidth: 0,
      },
      ...{ backgroundColor: 'transparent', extraCssText: 'box-shadow: none;' },
      formatter: (point) => {
        const { dataType, data, name } = point as unknown as Hovered;
        if (dataType === 'edge') {
          const title = `${nameOf.get(data.source) ?? ''} → ${nameOf.get(data.target) ?? ''}`;
          return plainTooltip(title, share(data.value));
        }
        const node = model.nodes.find(({ key }) => key === name);
        return plainTooltip(node?.name ?? '', share(node?.requests ?? 0));
      },
    },
    series: [
      {
        type: 'sankey',
        ...{ left: 2, right: 2, top: 6, bottom: 6, nodeWidth: 10, nodeGap: 14, draggable: false, layoutIterations: 48 },
        emphasis: { focus: 'adjacency' },
        data: model.nodes.map(({ key, column, colour }) => ({
          name: key,
          depth: column,
          itemStyle: { color: colourOf(colour), borderWidth: 0 },
          label: { position: column === 2 ? ('left' as const) : ('right' as const) },
        })),
        links: model.bands.map(({ from, to, requests }) => ({ source: from, target: to, value: requests })),
        label,
        lineStyle: { color: 'gradient', opacity: 0.28, curveness: 0.5 },
      },
    ],
  };
}

interface Hovered {
  dataType: 'node' | 'edge';
  name: string;
  data: { source: string; target: string; value: number };
}
