const HASH = /^[0-9a-f]{40,}$/;

/** Names with values; long values (hashes) break anywhere. */
export function Facts({ facts }: { facts: readonly { name: string; value: string }[] }) {
  return (
    <dl class="cg-facts">
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd class={HASH.test(fact.value) ? "cg-code-text" : ""}>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
