import { expect, it } from "@jest/globals";
import { load } from "./index.js";
import { wholePairs } from "./testing/damaged-pairs.js";
import { expectNoneLoads } from "./testing/expect-none-loads.js";

it("no damaged model, and no passport of another one, gets as far as a session", () => expectNoneLoads(300));

it("the pairs that were damaged load as they were", async () => {
  for (const { model, passport } of wholePairs.slice(0, 1)) {
    const loaded = await load(model, { passport, remember: false });
    expect(loaded.selection).toMatchObject({ runtime: "node-cpu", verified: true });
    await loaded.close();
  }
});
