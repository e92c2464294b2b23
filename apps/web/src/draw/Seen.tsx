import { useEffect, useRef } from "preact/hooks";
import { type PixelLayout, paintPixels } from "../shared/paint-pixels.js";

interface SeenProps {
  /** Raw values 0..255, row-major; null before the first stroke. */
  pixels: ArrayLike<number> | null;
  layout: PixelLayout;
}

/** The picture as the model gets it, every pixel a square. */
export function Seen({ pixels, layout }: SeenProps) {
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (canvas.current) paintPixels(canvas.current, pixels, layout);
  }, [pixels, layout]);

  return (
    <figure class="seen">
      <canvas
        ref={canvas}
        role="img"
        aria-label={pixels ? "The picture that the model saw" : "No picture yet"}
      />
      <figcaption>
        What the model saw: {layout.width} × {layout.height}
      </figcaption>
    </figure>
  );
}
