import { formatPercent } from "../formats/numbers.js";

/** A wrongly classified sample as it is shown. */
export interface ShownMistake {
  index: number;
  label: string;
  predicted: string;
  /** Of the predicted class, 0..1; null where the model has none. */
  probability: number | null;
  /** The picture's address; null where there is none. */
  src: string | null;
}

/** Wrongly classified samples: picture, label, answer and how sure the model was. */
export function MistakesGrid({ mistakes }: { mistakes: readonly ShownMistake[] }) {
  return (
    <ol class="cg-mistakes">
      {mistakes.map((mistake) => (
        <li key={mistake.index}>
          {mistake.src && <img src={mistake.src} alt={`sample ${mistake.index}`} />}
          <dl>
            <div>
              <dt>true</dt>
              <dd>{mistake.label}</dd>
            </div>
            <div class="cg-wrong">
              <dt>predicted</dt>
              <dd>{mistake.predicted}</dd>
            </div>
          </dl>
          <p>
            {mistake.probability !== null && (
              <span>
                <span class="cg-spoken">probability </span>
                {formatPercent(mistake.probability)}
              </span>
            )}
            <span class="cg-muted">#{mistake.index}</span>
          </p>
        </li>
      ))}
    </ol>
  );
}
