import type { ToolReport } from "@congruent/toolchain";
import { colours as pc } from "../colours.js";
import { print, printJson } from "../output.js";
import { type CommonOptions, verb } from "../verb.js";

export const doctor = () =>
  verb("doctor", "show each tool and runtime: found or not, version, why not, what to do", [
    "congruent doctor",
  ]).action(async (options: CommonOptions) => {
    const { inspectAll } = await import("@congruent/toolchain");
    const tools = await inspectAll();
    const missing = tools.filter((tool) => !tool.found && !tool.optional);
    process.exitCode = missing.length > 0 ? 3 : 0;
    if (options.json) return printJson({ ok: missing.length === 0, tools });
    const width = Math.max(...tools.map(({ title }) => title.length));
    for (const tool of tools) {
      print(`${mark(tool)} ${tool.title.padEnd(width)}  ${tool.version ?? ""}`.trimEnd());
      if (tool.found) continue;
      print(pc.dim(`    ${tool.why ?? ""}`));
      print(`    → ${tool.fix ?? ""}`);
    }
    print();
    print(
      missing.length === 0
        ? "All that the pipeline needs is there."
        : `${missing.map((tool) => tool.title).join(", ")} missing: the pipeline cannot run.`,
    );
  });

function mark({ found, optional }: ToolReport): string {
  if (found) return pc.green("✔");
  return optional ? pc.yellow("–") : pc.red("✖");
}
