/** For the tests here: a few hundred of MNIST's images. */
import { rows } from "@congruent/core";
import { type Dataset, loadDataset, type Split } from "@congruent/datasets";

const TRAINED = 400;
export const TESTED = 200;

/** MNIST's first images: enough for every class to occur. */
export async function fewImages(): Promise<Dataset> {
  const mnist = await loadDataset("mnist");
  return { ...mnist, train: first(mnist.train, TRAINED), test: first(mnist.test, TESTED) };
}

function first({ images, labels }: Split, count: number): Split {
  return { images: rows(images, 0, count), labels: labels.subarray(0, count) };
}
