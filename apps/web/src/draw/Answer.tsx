import { formatPercent } from "@congruent/report/components";
import type { Card } from "@congruent/runtime";
import { Problem } from "../shared/Problem.js";
import { Bars } from "./Bars.js";
import { Seen } from "./Seen.js";
import type { AnswerState } from "./use-answer.js";
import type { LoadedModel } from "./use-model.js";

interface AnswerProps {
  /** Null while the model is being loaded. */
  loaded: LoadedModel | null;
  answer: AnswerState;
}

/** Shown while the model is being loaded, so that nothing moves when it has come. */
const PLACEHOLDER_LABELS = Array.from({ length: 10 }, (_, digit) => String(digit));

const PLACEHOLDER_LAYOUT = { height: 28, width: 28, channels: 1 };

/** The label, the probabilities, the picture that the model saw and how long it took. */
export function Answer({ loaded, answer }: AnswerProps) {
  const card = loaded?.card ?? null;
  const found = answer.state === "answered" ? answer.answer : null;
  return (
    <div
      class="answer"
      data-state={card ? answer.state : "loading"}
      data-strokes={found?.strokes}
      data-model={card?.name}
      data-runtime={loaded?.runtime}
    >
      <div class="headline">
        <output class="result" aria-live="polite" aria-atomic="true">
          <span class="result-label">{found ? found.label : "–"}</span>
          <span class="result-text">{sentence(card, answer)}</span>
        </output>
        <Seen pixels={found?.pixels ?? null} layout={card?.input ?? PLACEHOLDER_LAYOUT} />
      </div>
      {answer.state === "failed" && <Problem error={answer.error} />}
      <Bars
        labels={card?.labels ?? PLACEHOLDER_LABELS}
        probabilities={found?.probabilities ?? null}
        winner={found?.index ?? null}
      />
      <p class="timing">
        Time per inference <b>{found ? `${found.milliseconds.toFixed(1)} ms` : "–"}</b>
      </p>
    </div>
  );
}

function sentence(card: Card | null, answer: AnswerState): string {
  if (!card) return "Loading the model …";
  if (answer.state === "empty") return "Draw a digit";
  if (answer.state === "failed") return "No answer";
  const { probability } = answer.answer;
  return probability === null ? "This model gives no probabilities" : `${formatPercent(probability)} sure`;
}
