import { expect, it } from "@jest/globals";
import { CongruentError, whatOf } from "./errors.js";

const options = { code: "E_RANK", what: "3 axes", expected: "4", fix: "reshape it", exit: 3 as const };

it("an error within a place is the same error, said of that place", () => {
  const cause = new TypeError("no");
  const error = new CongruentError({ ...options, cause }).within("node a").within("model.onnx");
  expect(error).toBeInstanceOf(CongruentError);
  expect({ ...error }).toMatchObject({ ...options, what: "model.onnx: node a: 3 axes" });
  expect(error.message).toBe("model.onnx: node a: 3 axes\n  expected: 4\n  fix: reshape it");
  expect(error.cause).toBe(cause);
});

it("an error without a cause becomes the cause", () => {
  const error = new CongruentError({ code: "E_RANK", what: "3 axes" });
  expect(error.within("node a").cause).toBe(error);
  expect(error.within("node a").message).toBe("node a: 3 axes");
});

it("what happened is told without the rest", () => {
  expect(whatOf(new CongruentError(options))).toBe("3 axes");
  expect(whatOf(new Error("no"))).toBe("no");
  expect(whatOf(404)).toBe("404");
});
