/**
 * Average pooling that the training graph may use in place of TensorFlow's, whose kernels are slow where there are few channels:
 * CongruentAvgPool and CongruentAvgPoolGrad, with the inputs and attributes of TensorFlow's operators. They take padding VALID.
 */
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "operator.h"

namespace congruent {
namespace {

struct Window {
  long height, width, stride_y, stride_x;
};

struct Images {
  long images, height, width, channels;
  explicit Images(const std::vector<int64_t>& dims) : images(dims[0]), height(dims[1]), width(dims[2]), channels(dims[3]) {}
  std::vector<int64_t> dims() const { return {images, height, width, channels}; }
  long count() const { return images * height * width * channels; }
};

Images Pooled(const Images& in, const Window& w) {
  const auto out = [](long size, long window, long stride) { return std::max(0L, (size - window + stride) / stride); };
  return Images({in.images, out(in.height, w.height, w.stride_y), out(in.width, w.width, w.stride_x), in.channels});
}

/** Calls `f(position in the input, position in the output)` for each pixel of each window, in the order of the output. */
template <class F>
void EachPixel(const Images& in, const Images& out, const Window& w, F f) {
  for (long n = 0; n < in.images; ++n) {
    for (long y = 0; y < out.height; ++y) {
      for (long x = 0; x < out.width; ++x) {
        const long to = ((n * out.height + y) * out.width + x) * out.channels;
        for (long ky = 0; ky < w.height; ++ky) {
          const long from = ((n * in.height + y * w.stride_y + ky) * in.width + x * w.stride_x) * in.channels;
          for (long kx = 0; kx < w.width; ++kx) f(from + kx * in.channels, to);
        }
      }
    }
  }
}

void* Create(TF_OpKernelConstruction* construction) {
  Construction node(construction);
  const std::vector<int32_t> size = node.Sizes("ksize");
  const std::vector<int32_t> strides = node.Sizes("strides");
  if (node.Text("padding") != "VALID") node.Fail("Congruent's average pooling needs padding VALID");
  if (size[0] != 1 || size[3] != 1) node.Fail("Congruent's average pooling takes windows of height and width alone");
  return new Window{size[1], size[2], strides[1], strides[2]};
}

void Delete(void* window) { delete static_cast<Window*>(window); }

void ComputePool(void* state, TF_OpKernelContext* context) {
  const auto& window = *static_cast<const Window*>(state);
  Call call(context);
  TF_Tensor* value = call.Input(0);
  const Images in(Dims(call, value));
  const Images out = Pooled(in, window);
  float* to = call.Output(out.dims());
  if (!call.ok()) return;
  const float* from = Floats(value);
  std::fill(to, to + out.count(), 0.0f);
  EachPixel(in, out, window, [&](long i, long o) {
    for (long c = 0; c < in.channels; ++c) to[o + c] += from[i + c];
  });
  const float pixels = static_cast<float>(window.height * window.width);
  for (long i = 0; i < out.count(); ++i) to[i] /= pixels;
}

void ComputeGradient(void* state, TF_OpKernelContext* context) {
  const auto& window = *static_cast<const Window*>(state);
  Call call(context);
  const Images in(Sizes(call, call.Input(0)));
  TF_Tensor* gradient = call.Input(1);
  const Images out = Pooled(in, window);
  if (Dims(call, gradient) != out.dims()) call.Fail("the gradient of a pooling must have the shape of its output");
  float* to = call.Output(in.dims());
  if (!call.ok()) return;
  const float* from = Floats(gradient);
  std::fill(to, to + in.count(), 0.0f);
  const float pixels = static_cast<float>(window.height * window.width);
  EachPixel(in, out, window, [&](long i, long o) {
    for (long c = 0; c < in.channels; ++c) to[i + c] += from[o + c] / pixels;
  });
}

const bool kRegistered = [] {
  const std::vector<const char*> attributes = {"ksize: list(int)", "strides: list(int)", "padding: string"};
  RegisterOperator("CongruentAvgPool", {"value: T"}, attributes, {Create, ComputePool, Delete});
  RegisterOperator("CongruentAvgPoolGrad", {"orig_input_shape: int32", "grad: T"}, attributes, {Create, ComputeGradient, Delete});
  return true;
}();

}  // namespace
}  // namespace congruent
