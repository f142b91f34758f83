// The tooltip of a chart, built as elements: names come from recorded traffic and must never be read as HTML.
import { en } from '../locales/en.ts';
import type { ChartModel } from './chart-lines.ts';

export function chartTooltip(model: ChartModel, index: number): HTMLElement {
  const box = element(
    'div',
    'min-w-44 rounded-lg border border-line bg-raised px-3 py-2 text-xs text-soft shadow-float',
  );
  box.append(element('div', 'mb-1.5 font-medium text-ink', model.titles[index] ?? ''));
  const shown = model.lines.filter((line) => !model.total || (line.values[index] ?? 0) > 0);
  for (const line of shown) box.append(lineOf(line.name, model.formatValue(line.values[index] ?? null), line.colour));
  if (model.total && shown.length > 1) {
    const sum = shown.reduce((total, line) => total + (line.values[index] ?? 0), 0);
    const row = lineOf(en.charts.total, model.formatValue(sum), null);
    row.classList.add('mt-1', 'border-t', 'border-line', 'pt-1');
    box.append(row);
  }
  if (shown.length === 0) box.append(element('div', '', model.formatValue(model.total ? 0 : null)));
  return box;
}

/** A heading and one line under it. */
export function plainTooltip(title: string, text: string): HTMLElement {
  const box = element('div', 'max-w-80 rounded-lg border border-line bg-raised px-3 py-2 text-xs shadow-float');
  box.append(
    element('div', 'font-medium whitespace-normal text-ink', title),
    element('div', 'figures text-soft', text),
  );
  return box;
}

function lineOf(name: string, value: string, colour: string | null): HTMLElement {
  const row = element('div', 'flex items-center gap-2 py-px');
  if (colour !== null) {
    const dot = element('span', 'size-2 shrink-0 rounded-full');
    dot.style.background = colour;
    row.append(dot);
  }
  row.append(element('span', 'max-w-48 truncate', name), element('span', 'figures ml-auto pl-4 text-ink', value));
  return row;
}

function element(tag: string, classes: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = classes;
  made.textContent = text;
  return made;
}
