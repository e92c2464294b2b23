/** One of the few numbers that a page opens with. */
export function Headline({ name, value, hint }: { name: string; value: string; hint: string }) {
  return (
    <div class="cg-headline">
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span>{hint}</span>
      </dd>
    </div>
  );
}
