import { type Availability, RUNTIME_TITLES, WEB_RUNTIMES, type WebRuntime } from "../shared/runtimes.js";

interface RuntimeChoiceProps {
  /** Null while it is not known yet. */
  available: Availability | null;
  chosen: WebRuntime;
  onChoose(runtime: WebRuntime): void;
}

/** Which runtime answers; one that cannot be used stays visible, with the reason. */
export function RuntimeChoice({ available, chosen, onChoose }: RuntimeChoiceProps) {
  return (
    <fieldset class="choice">
      <legend>Computed by</legend>
      <div class="choice-row">
        {WEB_RUNTIMES.map((runtime) => (
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
            <span>{RUNTIME_TITLES[runtime]}</span>
          </label>
        ))}
      </div>
      {WEB_RUNTIMES.map((runtime) => {
        const reason = available?.[runtime];
        return reason ? (
          <p key={runtime} class="note" id={`why-${runtime}`}>
            {RUNTIME_TITLES[runtime]} is not available: {reason}.
          </p>
        ) : null;
      })}
    </fieldset>
  );
}
