import type { ToolReport } from "@congruent/toolchain";
import { colors as pc } from "../output/colors.js";
import { defineVerb } from "../verb.js";

export const doctor = defineVerb<[]>({
  name: "doctor",
  description: "show each tool and runtime: found or not, version, why not, what to do",
  examples: ["congruent doctor"],
  async run() {
    const { inspectAll } = await import("@congruent/toolchain");
    const tools = await inspectAll();
    const missing = tools.filter((tool) => !tool.found && !tool.optional);
    return {
      data: { ok: missing.length === 0, tools },
      exitCode: missing.length > 0 ? 3 : 0,
      text: () => toolList(tools, missing),
    };
  },
});

function toolList(tools: readonly ToolReport[], missing: readonly ToolReport[]): string {
  const width = Math.max(...tools.map(({ title }) => title.length));
  return [
    ...tools.flatMap((tool) => [
      `${mark(tool)} ${tool.title.padEnd(width)}  ${tool.version ?? ""}`.trimEnd(),
      ...(tool.found ? [] : [pc.dim(`    ${tool.why ?? ""}`), `    → ${tool.fix ?? ""}`]),
    ]),
    "",
    missing.length === 0
      ? "All that the pipeline needs is there."
      : `${missing.map((tool) => tool.title).join(", ")} missing: the pipeline cannot run.`,
  ].join("\n");
}

function mark({ found, optional }: ToolReport): string {
  if (found) return pc.green("✔");
  return optional ? pc.yellow("–") : pc.red("✖");
}
