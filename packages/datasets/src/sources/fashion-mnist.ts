import { IDX_FILES, idxSplits } from "../idx-splits.js";
import { folder } from "../places/folder.js";
import { mirror } from "../places/mirror.js";
import type { DatasetSource } from "../protocol.js";

/** Pictures of clothes in MNIST's format (Xiao, Rasul, Vollgraf, 2017). */
export const fashionMnist: DatasetSource = {
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  labels: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  height: 28,
  width: 28,
  channels: 1,
  foreground: "light",
  license: "MIT",
  files: [
    {
      name: IDX_FILES.trainImages,
      sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      bytes: 47_040_016,
    },
    {
      name: IDX_FILES.trainLabels,
      sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      bytes: 60_008,
    },
    {
      name: IDX_FILES.testImages,
      sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      bytes: 7_840_016,
    },
    {
      name: IDX_FILES.testLabels,
      sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
      bytes: 10_008,
    },
  ],
  places: [
    folder(
      "/usr/share/datasets/fashion-mnist",
      "on Debian or Ubuntu: sudo apt-get install dataset-fashion-mnist",
    ),
    mirror("https://fashion-mnist.s3.eu-central-1.amazonaws.com/"),
    mirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
    mirror("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
  ],
  parse: idxSplits,
};
