import type { CustomSeriesOption } from "echarts";

/**
 * Intervals as lines with a cap at both ends. Data: [x, y, low, high]; `along` says on which axis low and high lie.
 *
 * @param name of the series with the points, listed before: a legend takes both out together
 */
export function whiskers(
  name: string,
  along: "x" | "y",
  data: readonly (readonly [number, number, number, number])[],
  color: string,
): CustomSeriesOption {
  return {
    type: "custom",
    name,
    silent: true,
    z: 2,
    data: data.map((each) => [...each]),
    renderItem: (_, api) => {
      const at = (value: unknown) =>
        api.coord(along === "x" ? [value as number, api.value(1)] : [api.value(0), value as number]);
      const [x1 = 0, y1 = 0] = at(api.value(2));
      const [x2 = 0, y2 = 0] = at(api.value(3));
      const style = { stroke: color, lineWidth: 2 };
      const line = (shape: { x1: number; y1: number; x2: number; y2: number }) => ({
        type: "line" as const,
        shape,
        style,
      });
      const cap = (x: number, y: number) =>
        along === "x"
          ? line({ x1: x, y1: y - 5, x2: x, y2: y + 5 })
          : line({ x1: x - 5, y1: y, x2: x + 5, y2: y });
      return { type: "group", children: [line({ x1, y1, x2, y2 }), cap(x1, y1), cap(x2, y2)] };
    },
  };
}
