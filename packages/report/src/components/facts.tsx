import type { Fact } from "../formats/sheet.js";

const HASH = /^[0-9a-f]{40,}$/;

/** Names with values; long values (hashes) break anywhere, and a hint is shown to who points at the name. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="cg-facts">
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt title={fact.hint}>{fact.name}</dt>
          <dd class={HASH.test(fact.value) ? "cg-code-text" : ""}>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
