import type { OutputDetail } from "@congruent/core/schemas";
import { formatCount } from "../formats/numbers.js";

/** How many elements differ by how much: a bar for each power of ten, their lengths on a logarithmic scale. */
export function Histogram({ detail }: { detail: OutputDetail }) {
  const bars = [
    ...(detail.equal > 0 ? [{ name: "equal", count: detail.equal, bad: false }] : []),
    ...detail.histogram.map(({ power, count }) => ({ name: `1e${power}`, count, bad: false })),
    ...(detail.misplaced > 0 ? [{ name: "NaN, ∞", count: detail.misplaced, bad: true }] : []),
  ];
  const most = Math.log10(1 + Math.max(1, ...bars.map(({ count }) => count)));
  return (
    <ul class="cg-histogram">
      {bars.map(({ name, count, bad }) => (
        <li key={name}>
          <span>{name}</span>
          <i
            class={bad ? "cg-bar-bad" : ""}
            style={{ width: `${Math.max(2, (100 * Math.log10(1 + count)) / most).toFixed(1)}%` }}
          />
          <b>{formatCount(count)}</b>
        </li>
      ))}
    </ul>
  );
}

/** Nine digits tell every float32 from its neighbors, and no column needs room for more. */
const digits = (value: number | null | string) =>
  typeof value === "number" ? String(Number(value.toPrecision(9))) : String(value);

/** The elements that differ most. */
export function WorstElements({ worst }: { worst: OutputDetail["worst"] }) {
  if (worst.length === 0) return null;
  return (
    <table class="cg-table cg-worst">
      <caption>Elements that differ most</caption>
      <thead>
        <tr>
          <th scope="col">at</th>
          <th scope="col" class="cg-number">
            expected
          </th>
          <th scope="col" class="cg-number">
            observed
          </th>
        </tr>
      </thead>
      <tbody>
        {worst.map(({ at, expected, observed }) => (
          <tr key={at.join()}>
            <th scope="row">[{at.join(", ")}]</th>
            <td class="cg-number">{digits(expected)}</td>
            <td class="cg-number">{digits(observed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
