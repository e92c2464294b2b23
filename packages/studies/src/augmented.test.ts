/** @needs tensorflow */

import { describe, expect, it } from "@jest/globals";
import { augmentedImages } from "./augmented.js";
import { madeUpDataset, madeUpRecipe } from "./testing/made-up-context.js";

const SIZE = 28 * 28;
const { train } = madeUpDataset;
const imageOf = (data: ArrayLike<number>, index: number) =>
  Array.from({ length: SIZE }, (_, pixel) => data[index * SIZE + pixel]);

describe("augmentedImages", () => {
  it("gives five rows of one image and four that nothing changes where nothing is to be changed", async () => {
    // A recipe must ask for a change; a millionth of a degree moves no pixel by half a gray value.
    const still = madeUpRecipe("still", { augmentation: { rotation: 1e-6, fillMode: "nearest" } });
    const found = await augmentedImages(still, train, 10);
    expect(found?.images.dims).toEqual([25, 28, 28, 1]);
    expect([...(found?.labels ?? [])]).toEqual([0, 1, 2, 3, 4].flatMap((label) => Array(5).fill(label)));
    for (let index = 0; index < 25; index++) {
      expect(imageOf(found?.images.data ?? [], index)).toEqual(
        imageOf(train.images.data, Math.floor(index / 5)),
      );
    }
  });

  it("changes each copy in its own way, and the same way every time", async () => {
    const moving = madeUpRecipe("moving", {
      augmentation: { rotation: 10, zoom: 0.1, widthShift: 0.1, heightShift: 0.1, fillMode: "nearest" },
    });
    const found = await augmentedImages(moving, train, 10);
    const versions = [0, 1, 2, 3, 4].map((index) => imageOf(found?.images.data ?? [], index).join());
    expect(versions[0]).toBe(imageOf(train.images.data, 0).join());
    expect(new Set(versions).size).toBe(5);
    expect(await augmentedImages(moving, train, 10)).toEqual(found);
  });

  it("is nothing without augmentation", async () => {
    expect(await augmentedImages(madeUpRecipe("plain"), train, 10)).toBeNull();
  });
});
