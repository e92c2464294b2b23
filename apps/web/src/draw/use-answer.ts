import { type Classification, pictureToPixels } from "@congruent/runtime";
import { useEffect, useState } from "preact/hooks";
import { inkPicture, type Stroke } from "./ink.js";
import type { LoadedModel } from "./use-model.js";

export interface Answer extends Classification {
  /** What the model was given: raw values, row-major. */
  pixels: ArrayLike<number>;
  milliseconds: number;
  /** How many strokes it answers. */
  strokes: number;
}

export type AnswerState =
  | { state: "empty" }
  | { state: "answered"; answer: Answer }
  | { state: "failed"; error: unknown };

/** An answer, and the model that gave it. */
interface Answered {
  by: LoadedModel | null;
  answer: AnswerState;
}

/** Longer than the pause between two quick strokes, too short to be noticed. */
const DEBOUNCE_MS = 60;

/**
 * The model's answer to the drawing, renewed shortly after each stroke. The former answer stays while the next one
 * is being computed, so that nothing flickers; that of another model or runtime does not.
 */
export function useAnswer(
  loaded: LoadedModel | null,
  strokes: readonly Stroke[],
  drawing: boolean,
): AnswerState {
  const [{ by, answer }, setAnswered] = useState<Answered>({ by: null, answer: { state: "empty" } });

  useEffect(() => {
    const setAnswer = (answer: AnswerState) => setAnswered({ by: loaded, answer });
    if (strokes.length === 0) {
      setAnswer({ state: "empty" });
      return;
    }
    if (!loaded || drawing) return;
    let current = true;
    const timer = setTimeout(() => {
      answerTo(loaded, strokes).then(
        (found) => current && setAnswer({ state: "answered", answer: found }),
        (error) => current && setAnswer({ state: "failed", error }),
      );
    }, DEBOUNCE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [loaded, strokes, drawing]);

  return by === loaded ? answer : { state: "empty" };
}

async function answerTo({ model, card }: LoadedModel, strokes: readonly Stroke[]): Promise<Answer> {
  const { data, width, height } = inkPicture(strokes);
  const pixels = pictureToPixels({ data, width, height, channels: 4 }, card.input, {
    fit: "digit",
    // The picture is dark on light, whatever touches its rim.
    invert: card.input.foreground === "light",
  });
  const start = performance.now();
  const [found] = await model.classify([pixels]);
  const milliseconds = performance.now() - start;
  return { ...found!, pixels, milliseconds, strokes: strokes.length };
}
