import { BROWSER_RUNTIMES, type BrowserRuntime, runtimeDefinition } from "@congruent/core";
import type { Availability } from "../shared/runtimes.js";

interface RuntimeChoiceProps {
  /** Null while it is not known yet. */
  available: Availability | null;
  chosen: BrowserRuntime;
  /** Runtimes whose numbers are known to differ for this model. */
  differing: readonly string[];
  onChoose(runtime: BrowserRuntime): void;
}

/** Which runtime answers; one that cannot be used stays visible, with the reason. */
export function RuntimeChoice({ available, chosen, differing, onChoose }: RuntimeChoiceProps) {
  return (
    <fieldset class="choice">
      <legend>Computed by</legend>
      <div class="choice-row">
        {BROWSER_RUNTIMES.map((runtime) => (
          <label key={runtime} class="choice-option">
            <input
              type="radio"
              name="runtime"
              value={runtime}
              checked={runtime === chosen}
              disabled={available === null || available[runtime] !== null}
              aria-describedby={available?.[runtime] ? `why-${runtime}` : undefined}
              onChange={() => onChoose(runtime)}
            />
            <span>{runtimeDefinition(runtime).title}</span>
          </label>
        ))}
      </div>
      {BROWSER_RUNTIMES.map((runtime) => {
        const reason = available?.[runtime];
        return reason ? (
          <p key={runtime} class="note" id={`why-${runtime}`}>
            {runtimeDefinition(runtime).title} is not available: {reason}.
          </p>
        ) : null;
      })}
      {differing.includes(chosen) && (
        <p class="note caution">
          {runtimeDefinition(chosen).title} computed other numbers for this model when it was promoted: its
          answers may be wrong. <a href="./parity.html">Compare on this browser</a>
        </p>
      )}
    </fieldset>
  );
}
