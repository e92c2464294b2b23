import { formatPercent } from "@congruent/report/components";

interface BarsProps {
  labels: readonly string[];
  /** One value from 0 to 1 for each label; null before the first answer. */
  probabilities: ArrayLike<number> | null;
  winner: number | null;
}

/** The probability of every class. All rows are there from the start, so nothing moves when an answer comes. */
export function Bars({ labels, probabilities, winner }: BarsProps) {
  return (
    <ol class="bars" aria-label="Probabilities">
      {labels.map((label, index) => {
        const value = probabilities?.[index] ?? 0;
        return (
          <li key={label} class={index === winner ? "bar winner" : "bar"}>
            <span class="bar-label">{label}</span>
            <span class="bar-track" aria-hidden="true">
              <span class="bar-fill" style={{ transform: `scaleX(${value})` }} />
            </span>
            <span class="bar-value">{probabilities ? formatPercent(value) : "–"}</span>
          </li>
        );
      })}
    </ol>
  );
}
