/** Child process: `why-absent-child RUNTIME` prints, as JSON, why a runtime of Node is not there; null where it is. */
import { parseRuntimeId, runtimeDefinition } from "@congruent/core";
import { runtimeEnvironments, tools } from "@congruent/toolchain";

const [, , id = ""] = process.argv;
process.stdout.write(JSON.stringify(await whyAbsent()));

async function whyAbsent(): Promise<string | null> {
  const { runtime } = parseRuntimeId(id);
  if (runtime in runtimeEnvironments) {
    const found = await runtimeEnvironments[runtime as keyof typeof runtimeEnvironments]();
    return found.available ? null : `${found.why}: ${found.fix}`;
  }
  if (runtimeDefinition(runtime).kernels !== "tensorflow") return null;
  const addon = await tools.find(({ name }) => name === "tfjs-addon")?.inspect();
  return addon?.found === false ? `${addon.why}: ${addon.fix}` : null;
}
