/**
 * Convolutions that the training graph may use in place of TensorFlow's: CongruentConv2D, CongruentConv2DBackpropFilter and
 * CongruentConv2DBackpropInput. Inputs, outputs and attributes are those of TensorFlow's operators of the same name, so that a node is
 * changed by its name alone; `threads` is added. CongruentFusedConv2D adds a bias, and cuts off below zero where `relu` is set. They take float32 in NHWC, without dilation, with padding SAME or VALID; the gradient by
 * the input takes strides of 1.
 *
 * Registered with TensorFlow by its C API when the addon is loaded.
 */
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "operator.h"
#include "worker_pool.h"

namespace congruent {
namespace {

/** Sizes of one convolution, in elements. */
struct Geometry {
  long images, height, width, channels;
  long kernel_height, kernel_width, filters;
  long out_height, out_width;
  long stride_y, stride_x;
  /** Zeros before the first row and column. */
  long top, left;
  long padded_height, padded_width;
  /** Whether the output is cut off below zero. */
  bool relu;

  long taps() const { return kernel_height * kernel_width * channels; }
};

constexpr int kLanes = 8;
/** Channels of the output that are computed together. */
constexpr long kGroup = 2 * kLanes;

/** A group of channels fills one vector, or two. */
long LanesOf(long channels) { return channels > kLanes ? kGroup : kLanes; }

namespace portable {
#include "direct_convolution.h"
}  // namespace portable

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace avx2 {
#include "direct_convolution.h"
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
const bool kAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#define CONGRUENT_BEST(name) (kAvx2 ? avx2::name : portable::name)
#else
#define CONGRUENT_BEST(name) portable::name
#endif

/** A gradient is summed in so many chunks of images, whatever the number of threads: the order of sums decides the last bits. */
constexpr long kChunks = 8;

long ChunkStart(long images, long chunk) { return images * chunk / kChunks; }

/** Bias (or null) and filter [taps, filters] by groups of channels, each [1 + taps, lanes], filled up with zeros. */
std::vector<float> PackedByGroup(const Geometry& g, const float* filter, const float* bias) {
  std::vector<float> packed;
  for (long first = 0; first < g.filters; first += kGroup) {
    const long channels = std::min(kGroup, g.filters - first);
    const size_t start = packed.size();
    const long lanes = LanesOf(channels);
    packed.resize(start + (1 + g.taps()) * lanes, 0.0f);
    if (bias != nullptr) std::memcpy(packed.data() + start, bias + first, channels * sizeof(float));
    for (long t = 0; t < g.taps(); ++t) {
      std::memcpy(packed.data() + start + (1 + t) * lanes, filter + t * g.filters + first, channels * sizeof(float));
    }
  }
  return packed;
}

void Convolve(const Geometry& g, const float* in, const float* filter, const float* bias, float* out, int threads) {
  const std::vector<float> packed = PackedByGroup(g, filter, bias);
  WorkerPool::Get().Run(kChunks, threads, [&](long chunk) {
    CONGRUENT_BEST(ConvolveImages)(g, in, packed.data(), out, ChunkStart(g.images, chunk), ChunkStart(g.images, chunk + 1));
  });
}

void FilterGradient(const Geometry& g, const float* in, const float* dy, float* gradient, int threads) {
  const long size = g.taps() * g.filters;
  std::vector<float> parts(size * kChunks, 0.0f);
  WorkerPool::Get().Run(kChunks, threads, [&](long chunk) {
    CONGRUENT_BEST(FilterGradientOfImages)(g, in, dy, parts.data() + chunk * size, ChunkStart(g.images, chunk), ChunkStart(g.images, chunk + 1));
  });
  for (long stride = 1; stride < kChunks; stride *= 2) {
    for (long chunk = 0; chunk + stride < kChunks; chunk += 2 * stride) {
      float* to = parts.data() + chunk * size;
      const float* from = to + stride * size;
      for (long i = 0; i < size; ++i) to[i] += from[i];
    }
  }
  std::memcpy(gradient, parts.data(), size * sizeof(float));
}

/** The gradient by the input is the convolution of `dy` with the filter turned around, its two kinds of channels exchanged. */
void InputGradient(const Geometry& g, const float* filter, const float* dy, float* dx, int threads) {
  Geometry back = g;
  back.height = g.out_height;
  back.width = g.out_width;
  back.channels = g.filters;
  back.filters = g.channels;
  back.out_height = g.height;
  back.out_width = g.width;
  back.top = g.kernel_height - 1 - g.top;
  back.left = g.kernel_width - 1 - g.left;
  back.padded_height = g.height + g.kernel_height - 1;
  back.padded_width = g.width + g.kernel_width - 1;
  const long window = g.kernel_height * g.kernel_width;
  std::vector<float> turned(window * g.channels * g.filters);
  for (long k = 0; k < window; ++k) {
    const float* from = filter + (window - 1 - k) * g.channels * g.filters;
    float* to = turned.data() + k * g.channels * g.filters;
    for (long c = 0; c < g.channels; ++c) {
      for (long o = 0; o < g.filters; ++o) to[o * g.channels + c] = from[c * g.filters + o];
    }
  }
  Convolve(back, dy, turned.data(), nullptr, dx, threads);
}

/** What a node states. */
struct Attributes {
  long stride_y = 1, stride_x = 1;
  bool same = false;
  int threads = 1;
  bool relu = false;
};

void* Create(TF_OpKernelConstruction* construction) {
  Construction node(construction);
  auto* attributes = new Attributes();
  const std::vector<int32_t> strides = node.Sizes("strides");
  const std::vector<int32_t> dilations = node.Sizes("dilations");
  const std::string padding = node.Text("padding");
  attributes->stride_y = strides[1];
  attributes->stride_x = strides[2];
  attributes->same = padding == "SAME";
  attributes->threads = node.Number("threads");
  attributes->relu = node.Flag("relu");
  if (!attributes->same && padding != "VALID") node.Fail("Congruent's convolutions need padding SAME or VALID");
  if (dilations[1] != 1 || dilations[2] != 1) node.Fail("Congruent's convolutions take no dilation");
  return attributes;
}

void Delete(void* attributes) { delete static_cast<Attributes*>(attributes); }

Geometry GeometryOf(Call& call, const Attributes& a, const std::vector<int64_t>& in, const std::vector<int64_t>& filter) {
  Geometry g{};
  g.images = in[0], g.height = in[1], g.width = in[2], g.channels = in[3];
  g.kernel_height = filter[0], g.kernel_width = filter[1], g.filters = filter[3];
  g.stride_y = a.stride_y, g.stride_x = a.stride_x;
  if (filter[2] != in[3]) call.Fail("the filter of a convolution must have the channels of its input");
  const auto out = [&](long size, long kernel, long stride) { return a.same ? (size + stride - 1) / stride : (size - kernel + stride) / stride; };
  g.out_height = std::max(0L, out(g.height, g.kernel_height, g.stride_y));
  g.out_width = std::max(0L, out(g.width, g.kernel_width, g.stride_x));
  const auto zeros = [&](long size, long kernel, long stride, long outs) { return a.same ? std::max(0L, (outs - 1) * stride + kernel - size) : 0L; };
  const long rows = zeros(g.height, g.kernel_height, g.stride_y, g.out_height);
  const long columns = zeros(g.width, g.kernel_width, g.stride_x, g.out_width);
  g.top = rows / 2, g.left = columns / 2;
  g.padded_height = g.height + rows, g.padded_width = g.width + columns;
  return g;
}

void RefuseOtherGradient(Call& call, const Geometry& g, const std::vector<int64_t>& dy) {
  if (dy != std::vector<int64_t>{g.images, g.out_height, g.out_width, g.filters}) {
    call.Fail("the gradient of a convolution must have the shape of its output");
  }
}

/** With a bias, where the operator has one. */
void ComputeConvolution(void* state, TF_OpKernelContext* context) {
  const auto& a = *static_cast<const Attributes*>(state);
  Call call(context);
  TF_Tensor* in = call.Input(0);
  TF_Tensor* filter = call.Input(1);
  TF_Tensor* bias = TF_NumInputs(context) > 2 ? call.Input(2) : nullptr;
  Geometry g = GeometryOf(call, a, Dims(call, in), Dims(call, filter));
  g.relu = a.relu;
  if (bias != nullptr && TF_TensorElementCount(bias) != g.filters) call.Fail("a convolution takes one bias for each filter");
  float* out = call.Output({g.images, g.out_height, g.out_width, g.filters});
  if (call.ok()) Convolve(g, Floats(in), Floats(filter), bias == nullptr ? nullptr : Floats(bias), out, a.threads);
}

void ComputeFilterGradient(void* state, TF_OpKernelContext* context) {
  const auto& a = *static_cast<const Attributes*>(state);
  Call call(context);
  TF_Tensor* in = call.Input(0);
  const std::vector<int64_t> filter = Sizes(call, call.Input(1));
  TF_Tensor* dy = call.Input(2);
  const Geometry g = GeometryOf(call, a, Dims(call, in), filter);
  RefuseOtherGradient(call, g, Dims(call, dy));
  float* gradient = call.Output(filter);
  if (call.ok()) FilterGradient(g, Floats(in), Floats(dy), gradient, a.threads);
}

void ComputeInputGradient(void* state, TF_OpKernelContext* context) {
  const auto& a = *static_cast<const Attributes*>(state);
  Call call(context);
  const std::vector<int64_t> in = Sizes(call, call.Input(0));
  TF_Tensor* filter = call.Input(1);
  TF_Tensor* dy = call.Input(2);
  const Geometry g = GeometryOf(call, a, in, Dims(call, filter));
  RefuseOtherGradient(call, g, Dims(call, dy));
  if (a.stride_y != 1 || a.stride_x != 1) call.Fail("CongruentConv2DBackpropInput takes strides of 1");
  float* dx = call.Output(in);
  if (call.ok()) InputGradient(g, Floats(filter), Floats(dy), dx, a.threads);
}

const std::vector<const char*> kAttributes = {"strides: list(int)", "use_cudnn_on_gpu: bool = true", "padding: string",
                                              "explicit_paddings: list(int) = []", "dilations: list(int) = [1, 1, 1, 1]",
                                              "threads: int = 1", "relu: bool = false"};

void Register(const char* name, const std::vector<const char*>& inputs, void (*compute)(void*, TF_OpKernelContext*)) {
  RegisterOperator(name, inputs, kAttributes, {Create, compute, Delete});
}

const bool kRegistered = [] {
  Register("CongruentConv2D", {"input: T", "filter: T"}, ComputeConvolution);
  Register("CongruentFusedConv2D", {"input: T", "filter: T", "bias: T"}, ComputeConvolution);
  Register("CongruentConv2DBackpropFilter", {"input: T", "filter_sizes: int32", "out_backprop: T"}, ComputeFilterGradient);
  Register("CongruentConv2DBackpropInput", {"input_sizes: int32", "filter: T", "out_backprop: T"}, ComputeInputGradient);
  return true;
}();

}  // namespace
}  // namespace congruent
