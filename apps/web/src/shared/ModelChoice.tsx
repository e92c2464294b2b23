interface ModelChoiceProps {
  models: readonly { name: string; title: string }[];
  chosen: string;
  onChoose(name: string): void;
}

export function ModelChoice({ models, chosen, onChoose }: ModelChoiceProps) {
  return (
    <label class="select">
      <span>Model</span>
      <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        {models.map(({ name, title }) => (
          <option key={name} value={name}>
            {title === name ? name : `${name}: ${title}`}
          </option>
        ))}
      </select>
    </label>
  );
}
