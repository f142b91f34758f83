// Draws a chart model with ECharts: quiet axes, one crosshair, colours from the theme.
import type { EChartsOption } from 'echarts';
import type { ChartLine, ChartModel } from './chart-lines.ts';
import { chartTooltip } from './chart-tooltip.ts';

/** Resolves `var(--…)` against the page, since a canvas knows no variables. */
export type ColourOf = (colour: string) => string;

export function chartOption(model: ChartModel, colourOf: ColourOf): EChartsOption {
  const faint = colourOf('var(--faint)');
  return {
    animation: false,
    grid: { left: 4, right: 8, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    textStyle: { fontFamily: 'inherit' },
    xAxis: {
      type: 'category',
      data: model.labels,
      boundaryGap: model.kind === 'bars',
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colourOf('var(--line-strong)') } },
      axisLabel: {
        color: faint,
        fontSize: 11,
        margin: 10,
        hideOverlap: true,
        interval: model.labels.includes('') ? (_: number, text: string) => text !== '' : 'auto',
      },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { color: faint, fontSize: 11, margin: 10, formatter: model.formatAxis },
      splitLine: { lineStyle: { color: colourOf('var(--line)') } },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: 0,
      className: 'chart-tooltip',
      backgroundColor: 'transparent',
      borderWidth: 0,
      padding: 0,
      extraCssText: 'box-shadow: none;',
      axisPointer:
        model.kind === 'bars'
          ? { type: 'shadow', shadowStyle: { color: colourOf('var(--ink)'), opacity: 0.05 } }
          : { type: 'line', lineStyle: { color: colourOf('var(--line-strong)'), type: 'solid' } },
      formatter: (points) => chartTooltip(model, (Array.isArray(points) ? points[0] : points)?.dataIndex ?? 0),
    },
    series: model.lines.map((line) => (model.kind === 'bars' ? bars(line, colourOf) : curve(line, colourOf))),
  };
}

function bars(line: ChartLine, colourOf: ColourOf) {
  return {
    type: 'bar' as const,
    name: line.name,
    stack: 'all',
    data: line.values,
    barCategoryGap: '22%',
    itemStyle: { color: colourOf(line.colour) },
    emphasis: { disabled: true },
  };
}

function curve(line: ChartLine, colourOf: ColourOf) {
  const alone = (index: number) => line.values[index - 1] == null && line.values[index + 1] == null;
  return {
    type: 'line' as const,
    name: line.name,
    data: line.values,
    connectNulls: false,
    // A bucket with nothing on either side would vanish without its dot.
    showSymbol: line.values.some((value, index) => value !== null && alone(index)),
    symbolSize: (_: unknown, point: { dataIndex: number }) => (alone(point.dataIndex) ? 5 : 0),
    symbol: 'circle',
    lineStyle: { width: 1.75, color: colourOf(line.colour) },
    itemStyle: { color: colourOf(line.colour) },
    emphasis: { disabled: true },
  };
}
