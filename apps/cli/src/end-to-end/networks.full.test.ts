/** @needs tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { architectures } from "@congruent/zoo";
import { it, jest } from "@jest/globals";
import { expectExported } from "../testing/expect-exported.js";

jest.setTimeout(timeLimits.training);

it.each(Object.keys(architectures).filter((name) => name !== "transformer"))(
  "%s becomes an ONNX file without junk, which computes what tfjs computes",
  async (name) => {
    await expectExported(name);
  },
  600_000,
);
