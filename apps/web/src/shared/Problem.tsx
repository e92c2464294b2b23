import { CongruentError, messageOf } from "@congruent/core";

/** Shows an error: what happened, what was expected, how to fix it, and its code. */
export function Problem({ error }: { error: unknown }) {
  const known = error instanceof CongruentError;
  return (
    <div class="problem" role="alert">
      <p class="problem-what">
        <span class="problem-code">{known ? error.code : "E_UNEXPECTED"}</span>
        {known ? error.what : messageOf(error)}
      </p>
      {known && error.expected && (
        <p>
          <b>Expected</b> {error.expected}
        </p>
      )}
      {known && error.fix && (
        <p>
          <b>What to do</b> {error.fix}
        </p>
      )}
    </div>
  );
}
