import { cellName, type ParityCell } from "@congruent/core/schemas";
import { formatCount, formatDifference, formatPlural } from "../formats/numbers.js";

export interface FlipsProps {
  cell: ParityCell;
  /** Names of the classes; numbers where there are none. */
  labels?: readonly string[] | undefined;
  /** Picture addresses by sample. */
  pictures?: ReadonlyMap<number, string> | undefined;
}

/** The samples that a runtime decides differently from the baseline, folded away until asked for. */
export function Flips({ cell, labels, pictures }: FlipsProps) {
  const decisions = cell.decisions;
  if (!decisions || decisions.list.length === 0) return null;
  const named = (index: number) => labels?.[index] ?? String(index);
  const shown = decisions.list.length;
  return (
    <details class="cg-details" open={shown <= 12}>
      <summary>
        {cellName(cell)}: {formatPlural(decisions.flips, "flipped decision")}
        {shown < decisions.flips && `, ${formatCount(shown)} shown`}
      </summary>
      <ul class="cg-flips">
        {decisions.list.map((flip) => (
          <li key={flip.sample}>
            {pictures?.has(flip.sample) && (
              <img src={pictures.get(flip.sample)} alt={`sample ${flip.sample}`} />
            )}
            <div>
              <strong>
                {named(flip.baseline)} → {named(flip.observed)}
              </strong>
              {flip.label !== null && <span>right label {named(flip.label)}</span>}
              <span>margin {flip.margin === null ? "unknown" : formatDifference(flip.margin)}</span>
              <span class="cg-muted">#{flip.sample}</span>
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}
