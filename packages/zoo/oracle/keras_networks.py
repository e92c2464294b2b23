"""The networks of packages/zoo a second time, written in Keras: what the zoo's own are tested against.

Each file of packages/zoo/src/architectures has its twin here: a function marked `@twin(NAME, parameters=COUNT)`. It takes
`dropout` and returns an untrained Keras model. The model takes raw pixels, float32 [batch, 28, 28, 1], 0 to 255, and gives
10 unscaled logits (the zoo's softmax is left out). Its weights have the order and the shapes of the zoo's, and it is built
with the defaults of the architecture's `parameters`. `dropout=False` sets every dropout rate to 0, so that training can be
compared step by step. COUNT is the number of parameters as it was published, or as it is counted by hand.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from keras import layers


NETWORKS = {}
PARAMETERS = {}
STILL = {}


def twin(name, parameters, still=None):
    """Registers a function as the twin of the architecture of that name.

    still: a regular expression of the zoo's names of weights whose gradient is zero in exact arithmetic, where there are
    any. What rounding leaves of such gradients is not compared.
    """

    def register(build):
        NETWORKS[name] = build
        PARAMETERS[name] = parameters
        STILL[name] = still
        return build

    return register


def convolution(size, inputs, outputs):
    """Parameters of a convolution: kernel and bias."""
    return size * size * inputs * outputs + outputs


def dense(inputs, outputs):
    """Parameters of a dense layer: kernel and bias."""
    return inputs * outputs + outputs


def normalized(channels):
    """Parameters of a batch normalization: gain, offset, moving mean and moving variance."""
    return 4 * channels


def sequential(name, *body):
    return keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(1 / 255), *body], name=name)


@twin("lenet", parameters=61_706)
def lenet(dropout):
    return sequential(
        "lenet",
        layers.Conv2D(6, 5, padding="same", activation="relu"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="relu"),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dense(120, activation="relu"),
        layers.Dense(84, activation="relu"),
        layers.Dense(10),
    )


@twin(
    "resnet",
    parameters=convolution(3, 1, 32)
    + 4 * (convolution(3, 32, 32) + normalized(32))
    + dense(7 * 7 * 32, 128)
    + dense(128, 10),
    # The bias of a convolution right before a batch normalization.
    still="_conv2/bias",
)
def resnet(dropout):
    def block(x):
        y = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
        y = layers.BatchNormalization()(y)
        y = layers.Conv2D(32, 3, padding="same")(y)
        y = layers.BatchNormalization()(y)
        return layers.Activation("relu")(layers.Add()([y, x]))

    pixels = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255)(pixels)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(block(x))
    x = layers.MaxPooling2D(2)(block(x))
    x = layers.Dense(128, activation="relu")(layers.Flatten()(x))
    return keras.Model(pixels, layers.Dense(10)(x), name="resnet")


@twin(
    "vgg",
    parameters=convolution(3, 3, 64)
    + convolution(3, 64, 64)
    + convolution(3, 64, 128)
    + convolution(3, 128, 128)
    + dense(8 * 8 * 128, 512)
    + dense(512, 10),
)
def vgg(dropout):
    pixels = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255)(pixels)
    x = layers.Resizing(32, 32, interpolation="bilinear")(x)
    x = layers.Concatenate()([x, x, x])
    for filters in (64, 128):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Dense(512, activation="relu")(layers.Flatten()(x))
    x = layers.Dropout(0.5 if dropout else 0)(x)
    return keras.Model(pixels, layers.Dense(10)(x), name="vgg")


def positions(length, depth):
    """As in TensorFlow's tutorial on transformers: all sines, then all cosines."""
    half = depth // 2
    angles = np.arange(length)[:, None] / 10000 ** (np.arange(half)[None, :] / half)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=-1).astype(np.float32)


class PositionalEncoding(layers.Layer):
    def call(self, x):
        return x + positions(x.shape[1], x.shape[2])

    def compute_output_shape(self, shape):
        return shape


# A block: two layer normalizations, attention with four projections between 64 and 4 * 64, two dense layers.
@twin(
    "transformer",
    parameters=dense(28, 64)
    + 4 * (2 * 128 + 3 * dense(64, 256) + dense(256, 64) + dense(64, 128) + dense(128, 64))
    + dense(64, 128)
    + dense(128, 10),
    # The bias of attention's keys moves all scores of a row alike.
    still="key_bias",
)
def transformer(dropout):
    pixels = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255)(pixels)
    x = layers.Reshape((28, 28))(x)
    x = PositionalEncoding()(layers.Dense(64)(x))
    for _ in range(4):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        # Without flash attention: a CPU has none, and the plain formula is what is compared.
        y = layers.MultiHeadAttention(4, 64)(y, y)
        x = layers.Add()([x, y])
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        y = layers.Dense(64)(layers.Dense(128, activation="relu")(y))
        x = layers.Add()([x, y])
    x = layers.GlobalAveragePooling1D()(x)
    x = layers.Dropout(0.1 if dropout else 0)(x)
    x = layers.Dense(128, activation="relu")(x)
    return keras.Model(pixels, layers.Dense(10)(x), name="transformer")


@twin(
    "regcnn",
    parameters=convolution(3, 1, 64)
    + convolution(3, 64, 64)
    + convolution(3, 64, 128)
    + convolution(3, 128, 128)
    + 2 * normalized(64)
    + 2 * normalized(128)
    + dense(7 * 7 * 128, 256)
    + normalized(256)
    + dense(256, 10),
)
def regcnn(dropout):
    def convolutions(filters):
        for _ in range(2):
            yield layers.Conv2D(filters, 3, padding="same", activation="relu")
            yield layers.BatchNormalization()
        yield layers.MaxPooling2D(2)
        yield layers.Dropout(0.25 if dropout else 0)

    return sequential(
        "regcnn",
        *convolutions(64),
        *convolutions(128),
        layers.Flatten(),
        layers.Dense(256, activation="relu", kernel_regularizer=keras.regularizers.L2(0.001)),
        layers.BatchNormalization(),
        layers.Dropout(0.5 if dropout else 0),
        layers.Dense(10),
    )


@twin("mlp512", parameters=407_050)
def mlp512(dropout):
    return sequential("mlp512", layers.Flatten(), layers.Dense(512, activation="relu"), layers.Dense(10))


@twin("cnn-nopool", parameters=4_738_826)
def cnn_nopool(dropout):
    return sequential(
        "cnn_nopool",
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10),
    )


@twin("mlp", parameters=dense(784, 128) + dense(128, 64) + dense(64, 10))
def mlp(dropout):
    def hidden(units):
        yield layers.Dense(units, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01))
        yield layers.Dropout(0.2 if dropout else 0)

    return sequential("mlp", layers.Flatten(), *hidden(128), *hidden(64), layers.Dense(10))


@twin("cnn-small", parameters=232_650)
def cnn_small(dropout):
    def hidden(units):
        yield layers.Dense(units, activation="relu")
        yield layers.Dropout(0.2 if dropout else 0)

    return sequential(
        "cnn_small",
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        *hidden(128),
        *hidden(64),
        layers.Dense(10),
    )


def network(name, dropout=True):
    """A new model with its names counted from the start, as in a process of its own."""
    keras.utils.clear_session(free_memory=False)
    return NETWORKS[name](dropout)


def weights_of(model):
    """Trainable weights, then the moving statistics: the order of tfjs."""
    return [*model.trainable_weights, *model.non_trainable_weights]


def set_weights(model, values):
    """Sets the weights from one float32 vector, each in row-major order, in the order of `weights_of`."""
    at = 0
    for weight in weights_of(model):
        size = int(np.prod(weight.shape))
        weight.assign(values[at : at + size].reshape(weight.shape))
        at += size
    if at != len(values):
        raise ValueError(f"{model.name} has {at} values, {len(values)} were given")
