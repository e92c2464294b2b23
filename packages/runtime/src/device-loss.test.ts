import { describe, expect, it } from "@jest/globals";
import { guardDevice } from "./device-loss.js";

const never = new Promise<never>(() => undefined);
const gone = { reason: "unknown", message: "the driver was reset" };
const loss = {
  code: "E_DEVICE_LOST",
  message: expect.stringMatching(/the driver was reset \(unknown\)/),
};
const soon = <T>(value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), 20));

describe("guardDevice", () => {
  it("leaves work on a device that stays alone, its results and its errors", async () => {
    const guard = guardDevice({ lost: never });
    await expect(guard(async () => 7)).resolves.toBe(7);
    const error = new Error("no such kernel");
    await expect(guard(() => Promise.reject(error))).rejects.toBe(error);
  });

  it("ends work that waits forever on a lost device", async () => {
    await expect(guardDevice({ lost: soon(gone) })(() => never)).rejects.toMatchObject(loss);
  });

  it("names the loss instead of what it broke, though it is told later", async () => {
    // As ONNX Runtime does: the address of a native exception.
    const work = () => Promise.reject(10652216);
    await expect(guardDevice({ lost: soon(gone) })(work)).rejects.toMatchObject(loss);
  });

  it("begins no work on a device that is gone: not the release of a session either", async () => {
    const guard = guardDevice({ lost: Promise.resolve(gone) });
    await soon(null);
    let begun = false;
    const release = async () => {
      begun = true;
    };
    await expect(guard(release)).rejects.toMatchObject(loss);
    expect(begun).toBe(false);
  });

  it("takes no result of a device that is gone already", async () => {
    let lose: (how: typeof gone) => void = () => undefined;
    const lost = new Promise<typeof gone>((resolve) => {
      lose = resolve;
    });
    const work = async () => {
      lose(gone);
      return 7;
    };
    await expect(guardDevice({ lost })(work)).rejects.toMatchObject(loss);
  });
});
