/** A drawing, kept as strokes so that it can be painted at any size and in any colors. */

/** A position in the drawing area: 0..1 from left to right and from top to bottom. */
export interface Point {
  x: number;
  y: number;
}
export type Stroke = readonly Point[];

export interface Paint {
  /** Pixels of the square canvas. */
  side: number;
  ink: string;
  paper: string;
}

/** Stroke width as a part of the side: about the two to three pixels that MNIST's strokes have in their 20-pixel box. */
const STROKE_WIDTH = 0.075;

/** Paints paper and strokes over everything that the context shows. */
export function paint(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  { side, ink, paper }: Paint,
): void {
  context.fillStyle = paper;
  context.fillRect(0, 0, side, side);
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineWidth = STROKE_WIDTH * side;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) paintStroke(context, stroke, side);
}

/** Curves through the midpoints between positions, so that a fast hand leaves no corners; a tap leaves a dot. */
function paintStroke(context: CanvasRenderingContext2D, stroke: Stroke, side: number): void {
  const [first, ...rest] = stroke;
  if (!first) return;
  context.beginPath();
  if (rest.length === 0) {
    context.arc(first.x * side, first.y * side, (STROKE_WIDTH * side) / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(first.x * side, first.y * side);
  let last = first;
  for (const point of rest) {
    context.quadraticCurveTo(
      last.x * side,
      last.y * side,
      ((last.x + point.x) / 2) * side,
      ((last.y + point.y) / 2) * side,
    );
    last = point;
  }
  context.lineTo(last.x * side, last.y * side);
  context.stroke();
}

/** The drawing as an opaque picture, dark on light, for the model's preprocessing. */
export function inkPicture(strokes: readonly Stroke[], side = 280): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  paint(context, strokes, { side, ink: "#000", paper: "#fff" });
  return context.getImageData(0, 0, side, side);
}
