import { architectures } from "@congruent/zoo";
import { it } from "@jest/globals";
import { expectExported } from "../testing/expect-exported.js";

it.each(Object.keys(architectures).filter((name) => name !== "transformer"))(
  "%s becomes an ONNX file without junk, which computes what tfjs computes",
  async (name) => {
    await expectExported(name);
  },
  600_000,
);
