import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "@jest/globals";
import { FROM_SOURCE, root } from "../set-up/javascript.mjs";
import { NEEDS, needsOf } from "./needs.cjs";

// This file declares nothing.
const refusal = (need) => new RegExp(`^scripts/jest/needs\\.test\\.js uses .+ "@needs ${need}"\\n$`);

async function started(program, args = []) {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { said, code };
}

it("needs stand in a file's first comment", () => {
  expect(needsOf("/** @needs tensorflow export */\nimport")).toEqual(["tensorflow", "export"]);
  expect(needsOf("/**\n * About it.\n *\n * @needs web\n */\nimport")).toEqual(["web"]);
  expect(needsOf("import x;\n/** @needs web */")).toEqual([]);
  expect(() => needsOf("/** @needs tensorflo */")).toThrow(/tensorflo: known are export, tensorflow/);
});

it.each([
  ["oracle", join(root, ".venv", "oracle", "bin", "python")],
  ["export", join(root, ".venv", "export", "bin", "python")],
  ["browser", "/usr/bin/chromium"],
])("a program that needs %s is not started where that is not declared", async (need, program) => {
  expect(NEEDS).toContain(need);
  expect(await started(program)).toEqual({ code: 1, said: expect.stringMatching(refusal(need)) });
});

it("nor is it by a process that the test has started from source", async () => {
  const python = JSON.stringify(join(root, ".venv", "export", "bin", "python"));
  const program = `import { spawn } from "node:child_process"; spawn(${python}, [], { stdio: "inherit" });`;
  const { said } = await started(process.execPath, [...FROM_SOURCE, "--input-type=module", "-e", program]);
  expect(said).toMatch(refusal("export"));
});

it("nor does it load tfjs-node's addon", async () => {
  const program = `import { createRequire } from "node:module"; createRequire("/")("/tfjs_binding.node");`;
  const { said } = await started(process.execPath, [...FROM_SOURCE, "--input-type=module", "-e", program]);
  expect(said).toMatch(/"@needs tensorflow"/);
});
