import { useEffect, useRef } from "preact/hooks";
import { type Point, paint, type Stroke } from "./ink.js";

interface PadProps {
  strokes: readonly Stroke[];
  drawing: boolean;
  onStroke(stroke: Stroke): void;
  /** Says whether a stroke is being drawn right now. */
  onDrawing(drawing: boolean): void;
}

/** Backing pixels: twice the largest size on the page, so that strokes are sharp on dense screens. */
const SIDE = 720;

/** The drawing area. Mouse, touch and pen are one thing here: pointer events, pressure ignored. */
export function Pad({ strokes, drawing, onStroke, onDrawing }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const current = useRef<{ pointer: number; points: Point[] } | null>(null);

  const repaint = () => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const style = getComputedStyle(element);
    const unfinished = current.current ? [current.current.points] : [];
    paint(context, [...strokes, ...unfinished], {
      side: SIDE,
      ink: style.getPropertyValue("color"),
      paper: style.getPropertyValue("background-color"),
    });
  };

  useEffect(repaint, [strokes]);
  useEffect(() => {
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", repaint);
    return () => scheme.removeEventListener("change", repaint);
  }, [strokes]);

  const begin = (event: PointerEvent) => {
    // A second finger or another mouse button must not interrupt the stroke.
    if (current.current || event.button !== 0 || !canvas.current) return;
    event.preventDefault();
    canvas.current.setPointerCapture(event.pointerId);
    current.current = { pointer: event.pointerId, points: [position(event, canvas.current)] };
    onDrawing(true);
    repaint();
  };

  const move = (event: PointerEvent) => {
    const stroke = current.current;
    if (stroke?.pointer !== event.pointerId || !canvas.current) return;
    // One event a frame carries all the positions in between; without them fast curves have corners.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) {
      stroke.points.push(position(each, canvas.current));
    }
    repaint();
  };

  const end = (event: PointerEvent) => {
    const stroke = current.current;
    if (stroke?.pointer !== event.pointerId) return;
    current.current = null;
    onDrawing(false);
    onStroke(stroke.points);
  };

  return (
    <div class="pad-frame">
      <canvas
        ref={canvas}
        class="pad"
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label={strokes.length === 0 ? "Drawing area, empty" : "Drawing area with your digit"}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
      />
      {strokes.length === 0 && !drawing && (
        <span class="pad-hint" aria-hidden="true">
          Draw here
        </span>
      )}
    </div>
  );
}

function position(event: PointerEvent, element: HTMLElement): Point {
  const box = element.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
}
