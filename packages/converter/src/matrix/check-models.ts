import { fileURLToPath } from "node:url";
import { encodeModel, type ModelProto } from "@congruent/onnx";
import { askOracle } from "@congruent/toolchain/testing";

const script = fileURLToPath(new URL("../../oracle/check_models.py", import.meta.url));

/**
 * What the onnx package's checker and strict shape inference have against models: asked once for all of them.
 *
 * @returns its words by the models' names; empty where all pass
 */
export async function checkModels(models: ReadonlyMap<string, ModelProto>): Promise<Record<string, string>> {
  const files = [...models].map(([name, proto]) => [
    name,
    Buffer.from(encodeModel(proto)).toString("base64"),
  ]);
  const answer = await askOracle({
    environment: "export",
    script,
    input: JSON.stringify(Object.fromEntries(files)),
    timeoutMs: 240_000,
  });
  const flaws: Record<string, string | null> = JSON.parse(answer);
  if (Object.keys(flaws).length !== models.size) throw new Error("the checker left models out");
  const found = Object.entries(flaws).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(found);
}
