/**
 * Convolutions in float32, NHWC, computed directly: eight channels of the output are one vector, and a block of pixels (or of taps, for the
 * gradient) stays in registers while the kernel window is passed over. Nothing is unfolded, so nothing is written but the result.
 *
 * Included once for each instruction set, inside a namespace of its own: see convolution.cc. The bits depend on the instruction set alone, not
 * on the number of threads: a gradient is summed image by image, chunk by chunk, in a fixed order.
 */

typedef float Vector __attribute__((vector_size(32)));
typedef float UnalignedVector __attribute__((vector_size(32), aligned(4), may_alias));
/** Taps from which gathering the channels of a group costs less than reading them where they lie (measured on AVX2). */
constexpr long kGatheredFrom = 32;

static inline Vector Broadcast(float x) { return Vector{x, x, x, x, x, x, x, x}; }
static inline Vector Load(const float* from) { return *reinterpret_cast<const UnalignedVector*>(from); }
static inline void Store(float* to, Vector v) { *reinterpret_cast<UnalignedVector*>(to) = v; }

#define CONGRUENT_INLINE __attribute__((always_inline))

/** `f(0)` to `f(N - 1)` with constants, written out: compilers keep arrays in registers only where every index is a constant. */
template <int I, int N, class F>
CONGRUENT_INLINE static inline void UnrollFrom(F& f) {
  if constexpr (I < N) {
    f(std::integral_constant<int, I>());
    UnrollFrom<I + 1, N>(f);
  }
}
template <int N, class F>
CONGRUENT_INLINE static inline void Unroll(F f) {
  UnrollFrom<0, N>(f);
}

/** An image with its zero borders, in a buffer whose borders stay zero between images. */
static void Pad(const Geometry& g, const float* image, float* padded) {
  for (long y = 0; y < g.height; ++y) {
    std::memcpy(padded + ((y + g.top) * g.padded_width + g.left) * g.channels, image + y * g.width * g.channels,
                g.width * g.channels * sizeof(float));
  }
}

/** P neighboring pixels of V vectors of channels. `weights` is [1 + taps, V * kLanes]: the bias, then the filter. */
template <int P, int V>
CONGRUENT_INLINE static inline void Pixels(const Geometry& g, const float* window, const float* weights, float* out,
                                           long channels) {
  Vector sums[P][V];
  Unroll<V>([&](auto v) CONGRUENT_INLINE {
    const Vector bias = Load(weights + v * kLanes);
    Unroll<P>([&](auto p) CONGRUENT_INLINE { sums[p][v] = bias; });
  });
  weights += V * kLanes;
  const long run = g.kernel_width * g.channels;
  const long step = g.stride_x * g.channels;
  for (long ky = 0; ky < g.kernel_height; ++ky) {
    const float* row = window + ky * g.padded_width * g.channels;
    for (long k = 0; k < run; ++k) {
      Vector w[V];
      Unroll<V>([&](auto v) CONGRUENT_INLINE { w[v] = Load(weights + v * kLanes); });
      weights += V * kLanes;
      Unroll<P>([&](auto p) CONGRUENT_INLINE {
        const Vector x = Broadcast(row[p * step + k]);
        Unroll<V>([&](auto v) CONGRUENT_INLINE { sums[p][v] += x * w[v]; });
      });
    }
  }
  if (g.relu) {
    // As TensorFlow has it: what is not a number stays so.
    Unroll<P>([&](auto p) CONGRUENT_INLINE {
      Unroll<V>([&](auto v) CONGRUENT_INLINE { sums[p][v] = sums[p][v] < Broadcast(0) ? Broadcast(0) : sums[p][v]; });
    });
  }
  Unroll<P>([&](auto p) CONGRUENT_INLINE {
    float* to = out + p * g.filters;
    if (channels == V * kLanes) {
      Unroll<V>([&](auto v) CONGRUENT_INLINE { Store(to + v * kLanes, sums[p][v]); });
    } else {
      float values[V * kLanes];
      Unroll<V>([&](auto v) CONGRUENT_INLINE { Store(values + v * kLanes, sums[p][v]); });
      std::memcpy(to, values, channels * sizeof(float));
    }
  });
}

/** A block of so many pixels, which is only known when it runs. */
template <int P, int V>
CONGRUENT_INLINE static inline void Block(long pixels, const Geometry& g, const float* window, const float* weights, float* out,
                                          long channels) {
  if constexpr (P > 0) {
    if (pixels == P) {
      Pixels<P, V>(g, window, weights, out, channels);
    } else {
      Block<P - 1, V>(pixels, g, window, weights, out, channels);
    }
  }
}

/** One image of one group of channels. A row is divided into blocks of nearly equal size: short ones would wait for their own sums. */
template <int V>
static void Image(const Geometry& g, const float* padded, const float* weights, float* out, long channels) {
  constexpr int kMost = V == 1 ? 10 : 6;
  const long step = g.stride_x * g.channels;
  const long blocks = (g.out_width + kMost - 1) / kMost;
  for (long y = 0; y < g.out_height; ++y) {
    const float* row = padded + y * g.stride_y * g.padded_width * g.channels;
    float* to = out + y * g.out_width * g.filters;
    for (long b = 0; b < blocks; ++b) {
      const long x = b * g.out_width / blocks;
      const long pixels = (b + 1) * g.out_width / blocks - x;
      Block<kMost, V>(pixels, g, row + x * step, weights, to + x * g.filters, channels);
    }
  }
}

static void ConvolveImages(const Geometry& g, const float* in, const float* packed, float* out, long from, long to) {
  std::vector<float> padded(g.padded_height * g.padded_width * g.channels, 0.0f);
  for (long first = 0; first < g.filters; first += kGroup) {
    const long channels = std::min(kGroup, g.filters - first);
    for (long n = from; n < to; ++n) {
      Pad(g, in + n * g.height * g.width * g.channels, padded.data());
      float* image = out + n * g.out_height * g.out_width * g.filters + first;
      if (channels > kLanes) {
        Image<2>(g, padded.data(), packed, image, channels);
      } else {
        Image<1>(g, padded.data(), packed, image, channels);
      }
    }
    packed += (1 + g.taps()) * LanesOf(channels);
  }
}

/**
 * Adds to K neighboring taps of each of R neighboring rows of the kernel what one image gives: as many sums as there are registers, because each
 * must wait for its last addition. `dy` has the group's channels of each pixel, `stride_dy` apart; where the group does not fill its vectors, the lanes left over read what
 * lies behind it, and are never used.
 */
template <int R, int K, int V>
static void Taps(const Geometry& g, const float* padded, const float* dy, long stride_dy, float* sums, long ky, long k) {
  Vector taps[R * K][V];
  Unroll<R * K>([&](auto i) CONGRUENT_INLINE { Unroll<V>([&](auto v) CONGRUENT_INLINE { taps[i][v] = Broadcast(0); }); });
  const long step = g.stride_x * g.channels;
  const long stride = g.padded_width * g.channels;
  for (long y = 0; y < g.out_height; ++y) {
    const float* x = padded + (y * g.stride_y + ky) * stride + k;
    for (long i = 0; i < g.out_width; ++i) {
      Vector d[V];
      Unroll<V>([&](auto v) CONGRUENT_INLINE { d[v] = Load(dy + v * kLanes); });
      Unroll<R>([&](auto r) CONGRUENT_INLINE {
        Unroll<K>([&](auto t) CONGRUENT_INLINE {
          const Vector value = Broadcast(x[r * stride + t]);
          Unroll<V>([&](auto v) CONGRUENT_INLINE { taps[r * K + t][v] += value * d[v]; });
        });
      });
      dy += stride_dy;
      x += step;
    }
  }
  Unroll<R>([&](auto r) CONGRUENT_INLINE {
    float* row = sums + ((ky + r) * g.kernel_width * g.channels + k) * V * kLanes;
    Unroll<K>([&](auto t) CONGRUENT_INLINE {
      Unroll<V>([&](auto v) CONGRUENT_INLINE {
        float* place = row + (t * V + v) * kLanes;
        Store(place, Load(place) + taps[r * K + t][v]);
      });
    });
  });
}

/** All taps of R rows of the kernel, in blocks of K, then smaller ones. */
template <int R, int K, int V>
static void Rows(const Geometry& g, const float* padded, const float* dy, long stride_dy, float* sums, long ky) {
  const long run = g.kernel_width * g.channels;
  long k = 0;
  for (; k + K <= run; k += K) Taps<R, K, V>(g, padded, dy, stride_dy, sums, ky, k);
  if constexpr (K > 3) {
    for (; k + 3 <= run; k += 3) Taps<R, 3, V>(g, padded, dy, stride_dy, sums, ky, k);
  }
  for (; k < run; ++k) Taps<R, 1, V>(g, padded, dy, stride_dy, sums, ky, k);
}

template <int V>
static void ImageGradient(const Geometry& g, const float* padded, const float* dy, long stride_dy, float* sums) {
  const long run = g.kernel_width * g.channels;
  const long rows = g.kernel_height;
  long ky = 0;
  if (run <= 4) {
    for (; ky + 3 <= rows; ky += 3) Rows<3, V == 1 ? 3 : 2, V>(g, padded, dy, stride_dy, sums, ky);
  }
  if (run <= 5) {
    for (; ky + 2 <= rows; ky += 2) Rows<2, V == 1 ? 5 : 3, V>(g, padded, dy, stride_dy, sums, ky);
  }
  for (; ky < rows; ++ky) Rows<1, V == 1 ? 10 : 6, V>(g, padded, dy, stride_dy, sums, ky);
}

/** What images [from, to) add to the gradient by the filter, [taps, filters], which must be zero. */
static void FilterGradientOfImages(const Geometry& g, const float* in, const float* dy, float* gradient, long from, long to) {
  std::vector<float> padded(g.padded_height * g.padded_width * g.channels, 0.0f);
  const long pixels = g.out_height * g.out_width;
  // A group that is read often is put together first.
  const bool gathers = g.taps() > kGatheredFrom && g.filters > kGroup;
  std::vector<float> sums(g.taps() * kGroup), gathered(pixels * (gathers ? kGroup : g.filters) + kGroup, 0.0f);
  for (long first = 0; first < g.filters; first += kGroup) {
    const long channels = std::min(kGroup, g.filters - first);
    const long lanes = LanesOf(channels);
    std::fill(sums.begin(), sums.end(), 0.0f);
    for (long n = from; n < to; ++n) {
      Pad(g, in + n * g.height * g.width * g.channels, padded.data());
      const float* image = dy + n * pixels * g.filters + first;
      if (gathers) {
        for (long i = 0; i < pixels; ++i) {
          std::memcpy(gathered.data() + i * lanes, image + i * g.filters, channels * sizeof(float));
        }
        image = gathered.data();
      } else if (n == g.images - 1) {
        // Behind the last image lies nothing that may be read.
        std::memcpy(gathered.data(), image, (pixels * g.filters - first) * sizeof(float));
        image = gathered.data();
      }
      const long stride_dy = gathers ? lanes : g.filters;
      if (channels > kLanes) {
        ImageGradient<2>(g, padded.data(), image, stride_dy, sums.data());
      } else {
        ImageGradient<1>(g, padded.data(), image, stride_dy, sums.data());
      }
    }
    for (long t = 0; t < g.taps(); ++t) {
      std::memcpy(gradient + t * g.filters + first, sums.data() + t * lanes, channels * sizeof(float));
    }
  }
}

#undef CONGRUENT_INLINE
