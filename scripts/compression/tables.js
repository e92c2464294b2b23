/** The page's tables and its figure, out of what was measured. */
import { wilsonInterval } from "../../packages/core/src/index.ts";
import {
  accuracyAgainst,
  formatBytes,
  light,
  markdownTable,
  renderSvg,
} from "../../packages/report/src/index.ts";

const columns = [
  { title: "model" },
  { title: "by" },
  { title: "format" },
  { title: "size", numeric: true },
  { title: "of float32", numeric: true },
  { title: "right answers", numeric: true },
  { title: "flips", numeric: true },
  { title: "signal to noise, dB", numeric: true },
  { title: "time, float32 = 1", numeric: true },
  { title: "kept in float32, or why there is no file" },
];

const there = (value, show) => (value === null || value === undefined ? "–" : show(value));

function row(name, bytes, each) {
  const { by, format, said, kept = [] } = each;
  return [
    name,
    by,
    format,
    there(each.bytes, formatBytes),
    there(each.bytes, (own) => `${((100 * own) / bytes).toFixed(1)} %`),
    there(each.correct, ({ observed }) => String(observed)),
    there(each.flips, String),
    there(each.snr, (snr) => snr.toFixed(1)),
    there(each.time, (time) => time.toFixed(2)),
    said ?? kept.join(", "),
  ];
}

export function compressionTables(measured) {
  return measured
    .map(({ name, bytes, samples, found }) => {
      const right = found.find(({ correct }) => correct)?.correct.baseline;
      const first = [
        name,
        "",
        "float32",
        formatBytes(bytes),
        "100.0 %",
        there(right, String),
        "0",
        "–",
        "1.00",
        "",
      ];
      const table = markdownTable(columns, [first, ...found.map((each) => row(name, bytes, each))]);
      return `### ${name}\n\n${samples} test images.\n\n${table}`;
    })
    .join("\n\n");
}

/** Of each way to compress: the sizes' mean as a part of float32's, and the right answers of all models together. */
export function compressionFigure(measured) {
  const wayOf = ({ by, format }) => (by === "congruent" ? format : `${format} (peer)`);
  // What made no file that can be used is no point.
  const usable = measured.flatMap(({ found }) => found.filter(({ correct, said }) => correct && !said));
  const ways = [...new Set(usable.map(wayOf))];
  const points = ways.flatMap((way) => {
    const files = measured.map(({ bytes, samples, found }) => {
      const file = found.find((each) => wayOf(each) === way);
      // A file that does not hold its budget is not there: the float32 one is used.
      const holds = usable.includes(file);
      const right = found.find(({ correct }) => correct)?.correct.baseline ?? 0;
      return {
        share: holds ? file.bytes / bytes : 1,
        right: holds ? file.correct.observed : right,
        samples,
      };
    });
    const sum = (of) => files.reduce((all, each) => all + of(each), 0);
    const [right, all] = [sum((each) => each.right), sum((each) => each.samples)];
    const value = (100 * sum((each) => each.share)) / files.length;
    return all === 0
      ? []
      : [{ name: way, accuracy: right / all, interval: wilsonInterval(right, all), value }];
  });
  const figure = accuracyAgainst({
    models: points,
    cost: "file size, float32 = 100",
    show: (value) => `${value.toFixed(1)} %`,
  });
  return `${renderSvg(figure, light, { background: true })}\n`;
}
