/** Child process: `why-absent-child RUNTIME` prints, as JSON, why a runtime of Node is not there; null where it is. */
import { CongruentError, parseRuntimeId, runtimeDefinition } from "@congruent/core";
import { loadTensorFlow, runtimeEnvironments } from "@congruent/toolchain";

const [, , id = ""] = process.argv;
process.stdout.write(JSON.stringify(await whyAbsent()));

async function whyAbsent(): Promise<string | null> {
  const { runtime } = parseRuntimeId(id);
  if (runtime in runtimeEnvironments) {
    const found = await runtimeEnvironments[runtime as keyof typeof runtimeEnvironments]();
    return found.available ? null : `${found.why}: ${found.fix}`;
  }
  if (runtimeDefinition(runtime).kernels !== "tensorflow") return null;
  try {
    await loadTensorFlow({ device: "cpu" });
    return null;
  } catch (error) {
    if (error instanceof CongruentError && error.exit === 3) return `${error.what}: ${error.fix}`;
    throw error;
  }
}
