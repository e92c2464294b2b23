import { COMPACT } from "./axes.js";
import type { Figure } from "./figure.js";
import { type FigureTheme, FONT } from "./theme.js";

/** A line below a picture; a good or bad one also carries a tick or a cross. */
export interface CellLine {
  text: string;
  tone: "plain" | "muted" | "good" | "bad";
}

export interface PictureCell {
  /** The picture's address, such as a data URL. */
  src: string;
  lines: readonly CellLine[];
}

export interface PictureCellsOptions {
  title: string;
  description: string;
  cells: readonly PictureCell[];
  /** Width over height of every picture. Default: 1. */
  aspect?: number;
  /** Pictures in a row. Default: as many as fit with their texts. */
  columns?: number;
}

const LINE = 17;
const GAP = 10;
const MARK = 9;
/** Between a mark and its text. */
const APART = 4;
/** A letter's width, roughly. */
const LETTER = 7.3;

/** Pictures in rows and columns with lines of text below each. What the sample, prediction and mistake grids are drawn by. */
export function pictureCells({
  title,
  description,
  cells,
  aspect = 1,
  columns,
}: PictureCellsOptions): Figure {
  const longest = Math.max(1, ...cells.flatMap(({ lines }) => lines.map(lineWidth)));
  const fitting = Math.floor(COMPACT / (Math.max(longest, 56) + GAP));
  const across = Math.max(1, Math.min(columns ?? Math.min(fitting, 5), Math.max(1, cells.length)));
  const side = COMPACT / Math.max(across, 3) - GAP;
  const lines = Math.max(0, ...cells.map((cell) => cell.lines.length));
  const row = side / aspect + lines * LINE + GAP + 4;
  const rows = Math.max(1, Math.ceil(cells.length / across));
  return {
    title,
    description,
    width: COMPACT,
    height: Math.ceil(rows * row),
    option: (theme) => ({
      textStyle: { fontFamily: FONT, color: theme.text },
      grid: { left: 0, right: 0, top: 0, bottom: 0, outerBoundsMode: "none" },
      tooltip: { show: false },
      xAxis: { type: "category", show: false, data: numbered(COMPACT / (side + GAP)) },
      yAxis: { type: "category", show: false, inverse: true, data: numbered(rows) },
      series: [
        {
          type: "custom",
          silent: true,
          data: cells.map((_, index) => [index % across, Math.floor(index / across)]),
          renderItem: ({ dataIndex }, api) => {
            const cell = cells[dataIndex];
            const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
            const [width = 0, height = 0] = (api.size?.([1, 1]) ?? []) as number[];
            if (!cell) return { type: "group", children: [] };
            return { type: "group", children: drawn(theme, cell, { x, top: y - height / 2, width, aspect }) };
          },
        },
      ],
    }),
  };
}

function numbered(count: number): string[] {
  return Array.from({ length: Math.round(count) }, (_, index) => String(index));
}

/** Roughly, with its mark. */
function lineWidth({ text, tone }: CellLine): number {
  return text.length * LETTER + (tone === "good" || tone === "bad" ? MARK + APART : 0);
}

function drawn(
  theme: FigureTheme,
  { src, lines }: PictureCell,
  { x, top, width, aspect }: { x: number; top: number; width: number; aspect: number },
) {
  const side = width - GAP;
  const left = x - side / 2;
  const height = side / aspect;
  const tones = new Set(lines.map(({ tone }) => tone));
  const edge = tones.has("bad") ? theme.bad : tones.has("good") ? theme.good : theme.grid;
  return [
    { type: "image" as const, style: { image: src, x: left, y: top + 2, width: side, height } },
    {
      type: "rect" as const,
      shape: { x: left, y: top + 2, width: side, height, r: 3 },
      style: { fill: "none", stroke: edge, lineWidth: tones.has("bad") ? 3 : tones.has("good") ? 2 : 1 },
    },
    ...lines.flatMap((line, index) => lineOf(theme, line, { x, y: top + height + 7 + index * LINE, side })),
  ];
}

function lineOf(theme: FigureTheme, { text, tone }: CellLine, at: { x: number; y: number; side: number }) {
  const color = tone === "plain" ? theme.text : tone === "muted" ? theme.muted : theme[tone];
  const marked = tone === "good" || tone === "bad";
  const shift = marked ? (MARK + APART) / 2 : 0;
  const label = {
    type: "text" as const,
    x: at.x + shift,
    y: at.y,
    style: {
      text,
      fill: color,
      font: `${tone === "muted" || tone === "plain" ? "" : "bold "}13px ${FONT}`,
      align: "center" as const,
      verticalAlign: "top" as const,
      width: at.side - shift * 2 + 4,
      overflow: "truncate" as const,
    },
  };
  if (!marked) return [label];
  const half = Math.min(text.length * LETTER, at.side - shift * 2) / 2;
  return [mark(tone, color, at.x + shift - half - APART - MARK, at.y + 2), label];
}

/** A tick or a cross, drawn: not every font has them. */
function mark(tone: "good" | "bad", stroke: string, x: number, y: number) {
  const d = tone === "good" ? "M0,5 L3.5,8.5 L9,1" : "M1,1 L8,8 M8,1 L1,8";
  return {
    type: "path" as const,
    x,
    y,
    name: tone === "good" ? "tick" : "cross",
    shape: { pathData: d, x: 0, y: 0, width: MARK, height: MARK, layout: "center" as const },
    style: { fill: "none", stroke, lineWidth: 2 },
  };
}
