/** Names with values; long values (hashes) break anywhere. */
export function Facts({ facts }: { facts: readonly { name: string; value: string }[] }) {
  return (
    <dl class="cg-facts">
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
