import { Scroller } from "@congruent/report/components";
import { type Figure, type MountedFigure, mountFigure } from "@congruent/report/figures";
import { useEffect, useRef } from "preact/hooks";
import { useTheme } from "./use-theme.js";

interface LiveFigureProps {
  /** Drawn again when it is another object. */
  figure: Figure;
  title?: string;
  note?: string;
  /** Smallest width before the figure scrolls, as a share of its own width; a figure with a legend needs all of it. */
  narrowest?: number;
}

/** An interactive figure: values under the pointer, series hidden and shown by the legend. */
export function LiveFigure({ figure, title = figure.title, note, narrowest = 1 }: LiveFigureProps) {
  const theme = useTheme();
  const element = useRef<HTMLDivElement>(null);
  const mounted = useRef<MountedFigure | null>(null);

  useEffect(() => {
    const place = element.current as HTMLDivElement;
    const observer = new ResizeObserver(() => mounted.current?.resize());
    observer.observe(place);
    return () => {
      observer.disconnect();
      mounted.current?.dispose();
    };
  }, []);

  useEffect(() => {
    if (mounted.current) mounted.current.update(figure, theme);
    else mounted.current = mountFigure(element.current as HTMLDivElement, figure, theme);
  }, [figure, theme]);

  const [least, most] = [narrowest, 1.5].map((share) => Math.round(figure.width * share));
  const size = `min-width: ${least}px; max-width: ${most}px; height: ${figure.height}px`;
  return (
    <figure class="live">
      <figcaption>{title}</figcaption>
      <Scroller label={title}>
        <div ref={element} style={size} />
      </Scroller>
      {note && <p class="note">{note}</p>}
    </figure>
  );
}
