import type { TrainBench } from "@congruent/core/schemas";
import type { Figure } from "./figure.js";
import { type FigureTheme, FONT } from "./theme.js";
import { tooltip } from "./tooltip.js";

/** Fill of each trainer in its place: ours in full color, the others also differ in lightness. */
const fills = (theme: FigureTheme): readonly string[] => [
  theme.primary,
  theme.secondary,
  theme.muted,
  theme.grid,
  theme.right[0],
];

const ROW = 20;

/**
 * How long a training step takes with each trainer, in units of this one's, a group of bars per network.
 */
export function stepTimes(bench: TrainBench): Figure {
  const names = [...new Map(bench.networks.flatMap((n) => n.contenders.map((c) => [c.name, c.title])))];
  const networks = bench.networks.map(({ network, contenders }) => {
    const of = (name: string) => contenders.find((c) => c.name === name)?.milliseconds ?? null;
    const statusOf = (name: string) => contenders.find((c) => c.name === name)?.status ?? "unavailable";
    return { network, of, statusOf, unit: of("graph") };
  });
  const shown = names.filter(([name]) => networks.some(({ of }) => of(name) !== null));
  const value = (network: (typeof networks)[number], name: string) => {
    const time = network.of(name);
    return time === null || network.unit === null ? null : time / network.unit;
  };
  const said = (network: (typeof networks)[number], name: string) => {
    const time = network.of(name);
    return time === null ? network.statusOf(name) : milliseconds(time);
  };
  const told = networks.map((network) => {
    const parts = shown.flatMap(([name, title]) => {
      const time = network.of(name);
      return time === null ? [] : [`${title} ${milliseconds(time)}`];
    });
    return `${network.network}: ${parts.join(", ")}`;
  });
  return {
    title: "Time of a training step",
    description: `Time of a training step, batch ${bench.settings.batchSize}. ${told.join(". ")}.`,
    width: 640,
    height: 90 + networks.length * (shown.length + 1) * ROW,
    option: (theme) => ({
      textStyle: { fontFamily: FONT, color: theme.text },
      grid: {
        left: 8,
        right: 76,
        top: 44,
        bottom: 34,
        outerBoundsMode: "same",
        outerBoundsContain: "axisLabel",
      },
      legend: {
        top: 0,
        left: 0,
        itemGap: 20,
        textStyle: { color: theme.text, fontSize: 14, fontFamily: FONT },
      },
      tooltip: tooltip(theme, ({ series, index }) => {
        const [name = ""] = shown.find(([, title]) => title === series) ?? [];
        const network = networks[index] as (typeof networks)[number];
        return `${network.network}, ${series}: ${said(network, name)}`;
      }),
      xAxis: {
        type: "value",
        name: "time of a step, Congruent = 1 (shorter is faster)",
        nameLocation: "middle",
        nameGap: 26,
        nameTextStyle: { color: theme.muted, fontSize: 13, fontFamily: FONT },
        axisLabel: { color: theme.muted, fontSize: 13, fontFamily: FONT },
        splitLine: { lineStyle: { color: theme.grid } },
      },
      yAxis: {
        type: "category",
        // echarts counts from below.
        inverse: true,
        data: networks.map(({ network }) => network),
        axisLabel: { color: theme.text, fontSize: 14, fontFamily: FONT },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: theme.grid } },
      },
      series: shown.map(([name, title], i) => ({
        type: "bar" as const,
        name: title,
        barMaxWidth: ROW - 4,
        itemStyle: { color: fills(theme)[i % 5] as string, borderColor: theme.muted, borderWidth: 0.5 },
        data: networks.map((network) => {
          const ratio = value(network, name);
          return {
            value: ratio ?? 0,
            label: {
              show: true,
              position: "right" as const,
              formatter: said(network, name),
              color: theme.text,
              fontSize: 12,
              fontFamily: FONT,
            },
          };
        }),
      })),
    }),
  };
}

function milliseconds(time: number): string {
  return `${Number(time.toPrecision(3))} ms`;
}
