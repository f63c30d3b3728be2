/** Draws what each arm costs as an SVG: a dot for the estimate, a line for its interval. */
import { writeFileSync } from 'node:fs';
import { BARE_AGAIN, EMPTY } from './arms.ts';
import { PAGES } from './pages.ts';
import type { BenchRecord } from './record.ts';
import { costOf } from './report.ts';
import type { Interval } from './statistics.ts';

interface Row extends Interval {
  readonly label: string;
  readonly estimate: number;
}

const TITLE = 'CPU time that a load takes more, in milliseconds';
const BASES = `${BARE_AGAIN}, and ${EMPTY}: than a browser without one; the others: than the empty one`;
/** What is plotted of each page. */
const PARTS = [
  { measure: 'main', title: 'the page’s main thread' },
  { measure: 'other', title: 'all other threads and processes' },
];
const [WIDTH, LEFT, RIGHT, ROW, TOP] = [760, 240, 90, 22, 66];

/** Rows with the same heading. */
interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Plots the CPU time that each arm adds to a load, page by page. */
export function plotLoads(record: BenchRecord, file: string): void {
  const groups = PAGES.flatMap((page) =>
    PARTS.map(({ measure, title }): Group => ({
      title: `${page.name} issue: ${title}`,
      rows: record.arms.flatMap((arm): Row[] => {
        const cost = costOf(record, arm, page.name, measure);
        return cost ? [{ label: arm.name, ...cost }] : [];
      }),
    })),
  ).filter(({ rows }) => rows.length > 0);
  writeFileSync(file, draw(groups));
}

/** The plot in words, for whoever can't see it. */
function describe(groups: readonly Group[]): string {
  return groups
    .map(({ title, rows }) => {
      const each = rows.map(({ label, estimate }) => `${label} ${estimate.toFixed(1)}`);
      return `${title}: ${each.join(', ')}.`;
    })
    .join(' ');
}

function draw(groups: readonly Group[]): string {
  const all = groups.flatMap(({ rows }) => rows);
  const [low, high] = [Math.min(0, ...all.map((row) => row.low)), Math.max(1, ...all.map((row) => row.high))];
  const x = (value: number): string => (LEFT + ((value - low) / (high - low)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const parts: string[] = [];
  let y = TOP;
  for (const { title: heading, rows } of groups) {
    parts.push(`<text class="heading" x="8" y="${y}">${escaped(heading)}</text>`);
    for (const { label, estimate, ...interval } of rows) {
      y += ROW;
      parts.push(
        `<text x="16" y="${y + 4}">${escaped(label)}</text>`,
        `<line class="interval" x1="${x(interval.low)}" x2="${x(interval.high)}" y1="${y}" y2="${y}"/>`,
        `<circle cx="${x(estimate)}" cy="${y}" r="4"/>`,
        `<text x="${WIDTH - RIGHT + 12}" y="${y + 4}">${estimate.toFixed(1)}</text>`,
      );
    }
    y += 2 * ROW;
  }
  const height = y - ROW / 2;
  const size = `viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">
<title>${escaped(TITLE)}</title>
<desc>${escaped(describe(groups))}</desc>
<style>
.back { fill: #ffffff }
text { font: 13px sans-serif; fill: #1f2328 }
.heading { font-weight: bold }
circle { fill: #0969da }
line { stroke: #0969da; stroke-width: 2 }
.zero { stroke: #8c959f; stroke-width: 1 }
@media (prefers-color-scheme: dark) { .back { fill: #0d1117 } text { fill: #e6edf3 } circle { fill: #4493f8 } .interval { stroke: #4493f8 } }
</style>
<rect class="back" width="${WIDTH}" height="${height}" rx="6"/>
<text class="heading" x="8" y="20">${escaped(TITLE)}</text>
<text x="8" y="37">${escaped(BASES)}</text>
<line class="zero" x1="${x(0)}" x2="${x(0)}" y1="${TOP - 10}" y2="${height - 8}"/>
${parts.join('\n')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
