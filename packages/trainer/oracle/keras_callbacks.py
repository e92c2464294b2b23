"""Feeds Keras' EarlyStopping, ReduceLROnPlateau and ModelCheckpoint series of values and prints what they decide.

Reads a JSON list from standard input: {"callback": name, "arguments": {...}, "learning_rate": float,
"values": [val_loss of each epoch]}, and for a ModelCheckpoint that saves within epochs {"batches": number of each epoch}: "values" are then
the losses of all batches, and "saved" [epoch, batch]. Prints for each {"stopped": epoch or null, "restored": epoch or null,
"learning_rates": [after each epoch], "saved": [epochs]}; epochs count from 1.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras


class Model:
    """Just what the callbacks touch; its weights are the number of the epoch."""

    def __init__(self, learning_rate):
        self.optimizer = keras.optimizers.SGD(learning_rate)
        self.stop_training = False
        self.weights = 0
        self.restored = None
        self.saved = []

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.restored = weights

    def save(self, path, overwrite):
        self.saved.append(self.weights)


def run_batches(case):
    callback = keras.callbacks.ModelCheckpoint(filepath="x.keras", **case["arguments"])
    model = Model(case["learning_rate"])
    callback.set_model(model)
    callback.on_train_begin()
    # Keras decides what is better at the end of the first epoch, and fails where it has to know before.
    callback._set_monitor_op()
    for i, value in enumerate(case["values"]):
        epoch, batch = divmod(i, case["batches"])
        if batch == 0:
            callback.on_epoch_begin(epoch)
        model.weights = [epoch + 1, batch + 1]
        callback.on_train_batch_end(batch, {"loss": value})
        if batch == case["batches"] - 1:
            callback.on_epoch_end(epoch, {"loss": value, "val_loss": value})
    callback.on_train_end()
    return {"stopped": None, "restored": None, "learning_rates": [], "saved": model.saved}


def run(case):
    if "batches" in case:
        return run_batches(case)
    arguments = dict(case["arguments"])
    if case["callback"] == "ModelCheckpoint":
        arguments["filepath"] = "x.keras"
    callback = getattr(keras.callbacks, case["callback"])(**arguments)
    model = Model(case["learning_rate"])
    callback.set_model(model)
    callback.on_train_begin()
    stopped, rates = None, []
    for epoch, value in enumerate(case["values"]):
        model.weights = epoch + 1
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {"val_loss": value})
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            stopped = epoch + 1
            break
    callback.on_train_end()
    return {"stopped": stopped, "restored": model.restored, "learning_rates": rates, "saved": model.saved}


if __name__ == "__main__":
    json.dump([run(case) for case in json.load(sys.stdin)], sys.stdout)
