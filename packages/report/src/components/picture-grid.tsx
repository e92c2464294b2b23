/** A picture's address (a data URL in reports) with what it shows. */
export interface LabeledPicture {
  src: string;
  label: string;
}

/** Pictures with their labels. */
export function PictureGrid({ pictures }: { pictures: readonly LabeledPicture[] }) {
  return (
    <ul class="cg-pictures">
      {pictures.map(({ src, label }, index) => (
        <li key={`${index}-${label}`}>
          <img src={src} alt={`sample ${index + 1}, labeled ${label}`} />
          <span>{label}</span>
        </li>
      ))}
    </ul>
  );
}
