import { expect, it } from "@jest/globals";
import { durationText } from "./duration.js";

it("says times as a person does, and never less than they are", () => {
  const said = [0, 0.3, 59, 59.2, 60, 100, 3599.5, 3600, 7320, 86_399.9].map(durationText);
  expect(said).toEqual([
    ...["0 s", "1 s", "59 s", "1 min", "1 min", "1 min 40 s"],
    ...["1 h", "1 h", "2 h 2 min", "24 h"],
  ]);
});
