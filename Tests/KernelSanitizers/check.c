// Runs every kernel of this processor over odd shapes, on memory that ends where it has to, and compares
// the results with plain loops. Compiled with the address and undefined-behaviour sanitizers.
//
// With an argument it does one forbidden thing on purpose: `overrun` writes past the output, `misread`
// reads past the input, `wrong` expects another result. Each has to end with an error.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CNativeKernels.h"

static uint64_t state = 42;

/// A number from 0 to `count` - 1.
static int below(int count) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (int)((state >> 33) % (uint64_t)count);
}

static float number(void) { return (float)below(2001) / 1000 - 1; }

static void *memory(ptrdiff_t bytes) {
  void *result = calloc(1, (size_t)bytes);
  if (!result) abort();
  return result;
}

static const char *mode = "";

/// A convolution as the caller sees it. By Winograd's method, it has fewer outputs than its input has room
/// for by `missing`.
struct Shape {
  int side, channels, outputs, kernel, stride, pools, relu, adds, single, winograd, missing;
};

/// What is computed, each part in memory of its own.
struct Problem {
  struct Shape shape;
  int element, width, result_width;
  ptrdiff_t output_count;
  struct AtelierProduct product;
  struct AtelierOperands operands;
  float *input, *weights, *bias, *addend;
  void *integers, *packed;
  int *integer_weights;
  float *scales;
  int32_t *sums;
  struct AtelierRange range;
};

/// Places of the window's values, in the order of the kernels.
static ptrdiff_t place(const struct Problem *problem, int y, int x, int run, int i) {
  const struct Shape *shape = &problem->shape;
  return ((y * shape->stride + run) * (ptrdiff_t)shape->side + x * shape->stride) * shape->channels
         + i;
}

static void pack(struct Problem *problem) {
  const struct Shape *shape = &problem->shape;
  const int runs = shape->kernel, length = shape->kernel * shape->channels;
  const int per_term = 4 / problem->element, is_float = problem->element == 4;
  const int terms = (length + per_term - 1) / per_term;
  const int blocks = (shape->outputs + ATELIER_BLOCK - 1) / ATELIER_BLOCK;
  problem->packed = memory((ptrdiff_t)blocks * runs * terms * ATELIER_BLOCK * 4);
  for (int output = 0; output < shape->outputs; ++output)
    for (int run = 0; run < runs; ++run)
      for (int i = 0; i < length; ++i) {
        const ptrdiff_t from = ((ptrdiff_t)output * runs + run) * length + i;
        const ptrdiff_t term =
            (((ptrdiff_t)(output / ATELIER_BLOCK) * runs + run) * terms + i / per_term)
                * ATELIER_BLOCK + output % ATELIER_BLOCK;
        char *to = (char *)problem->packed + term * 4 + i % per_term * problem->element;
        const int integer = problem->integer_weights[from];
        if (is_float) memcpy(to, problem->weights + from, 4);
        else if (problem->element == 1) *(int8_t *)to = (int8_t)integer;
        else *(int16_t *)to = (int16_t)integer;
        if (!is_float) problem->sums[output] += integer;
      }
}

/// Makes a problem whose elements have `element` bytes: 4 for floats.
static struct Problem make(struct Shape shape, int element,
                           const struct AtelierKernels *kernels) {
  struct Problem problem = {.shape = shape, .element = element};
  const int blocks = (shape.outputs + ATELIER_BLOCK - 1) / ATELIER_BLOCK;
  const int length = shape.kernel * shape.channels, per_term = 4 / element;
  const ptrdiff_t weight_count = (ptrdiff_t)shape.outputs * shape.kernel * length;
  const ptrdiff_t input_count = (ptrdiff_t)shape.side * shape.side * shape.channels;
  problem.width =
      shape.single ? 1 : (shape.side - shape.kernel) / shape.stride + 1 - shape.missing;
  problem.result_width = shape.pools ? problem.width / 2 : problem.width;
  problem.output_count = (ptrdiff_t)problem.result_width * problem.result_width * shape.outputs;
  problem.input = memory(input_count * 4);
  problem.weights = memory(weight_count * 4);
  problem.integer_weights = memory(weight_count * (ptrdiff_t)sizeof(int));
  problem.bias = memory(blocks * ATELIER_BLOCK * 4);
  problem.scales = memory(blocks * ATELIER_BLOCK * 4);
  problem.sums = memory(blocks * ATELIER_BLOCK * 4);
  for (ptrdiff_t i = 0; i < input_count; ++i) problem.input[i] = number();
  for (ptrdiff_t i = 0; i < weight_count; ++i) {
    problem.weights[i] = number();
    problem.integer_weights[i] = below(255) - 127;
  }
  for (int i = 0; i < shape.outputs; ++i) {
    problem.bias[i] = number();
    problem.scales[i] = (float)(1 + below(100)) / 10000;
  }
  if (shape.adds) {
    problem.addend = memory(problem.output_count * 4);
    for (ptrdiff_t i = 0; i < problem.output_count; ++i) problem.addend[i] = number();
  }
  pack(&problem);
  problem.operands = (struct AtelierOperands){
      .input = problem.input, .weights = problem.packed, .bias = problem.bias,
      .addend = problem.addend};
  if (element != 4) {
    // Beyond the last integer only what fills up the last term may be read.
    const ptrdiff_t missing = (per_term - length % per_term) % per_term;
    problem.integers = memory((input_count + missing) * element);
    problem.range = kernels->quantize(problem.input, input_count, problem.integers);
    problem.operands.input = problem.integers;
    problem.operands.ranges = &problem.range;
    problem.operands.scales = problem.scales;
    problem.operands.sums = problem.sums;
  }
  problem.product = (struct AtelierProduct){
      .run_count = shape.kernel, .run_length = (length + per_term - 1) / per_term,
      .run_stride = (ptrdiff_t)shape.side * shape.channels * element,
      .window_stride = (ptrdiff_t)shape.stride * shape.channels * element,
      .row_stride = (ptrdiff_t)shape.stride * shape.side * shape.channels * element,
      .width = problem.width, .height = problem.width, .channels = shape.outputs,
      .output_stride = shape.outputs,
      .output_row_stride = (ptrdiff_t)problem.result_width * shape.outputs,
      .addend_stride = shape.outputs,
      .addend_row_stride = (ptrdiff_t)problem.result_width * shape.outputs,
      .relu = shape.relu, .pools = shape.pools};
  return problem;
}

/// Replaces the weights by transformed ones.
static void transform(struct Problem *problem, const struct AtelierKernels *kernels) {
  const struct Shape *shape = &problem->shape;
  const int outputs = (shape->outputs + ATELIER_BLOCK - 1) / ATELIER_BLOCK * ATELIER_BLOCK;
  float *transformed = memory(
      (ptrdiff_t)atelier_winograd_values(shape->stride) * shape->channels * outputs * 4);
  kernels->winograd_weights(problem->packed, shape->stride, shape->channels, outputs, transformed);
  free(problem->packed);
  problem->packed = transformed;
  problem->operands.weights = transformed;
}

static void release(struct Problem *problem) {
  void *all[] = {problem->input, problem->weights, problem->bias, problem->addend,
                 problem->integers, problem->packed, problem->integer_weights, problem->scales,
                 problem->sums};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) free(all[i]);
}

static int integer_at(const struct Problem *problem, ptrdiff_t index) {
  return problem->element == 1 ? ((const uint8_t *)problem->integers)[index]
                               : ((const int16_t *)problem->integers)[index];
}

/// One output before pooling.
static float expected_at(const struct Problem *problem, int y, int x, int output) {
  const struct Shape *shape = &problem->shape;
  const int length = shape->kernel * shape->channels;
  double sum = problem->bias[output];
  int32_t integer_sum = 0;
  for (int run = 0; run < shape->kernel; ++run)
    for (int i = 0; i < length; ++i) {
      const ptrdiff_t from = place(problem, y, x, run, i);
      const ptrdiff_t weight = ((ptrdiff_t)output * shape->kernel + run) * length + i;
      if (problem->element == 4)
        sum += (double)problem->input[from] * problem->weights[weight];
      else
        integer_sum += (integer_at(problem, from) - problem->range.zero)
                       * problem->integer_weights[weight];
    }
  float result = (float)sum;
  if (problem->element != 4) {
    // Volatile, so that nothing is fused.
    volatile float scale = problem->scales[output] * problem->range.scale;
    volatile float product = (float)integer_sum * scale;
    result = product + problem->bias[output];
  }
  if (problem->addend)
    result += problem->addend[((ptrdiff_t)y * problem->result_width + x) * shape->outputs + output];
  return shape->relu && result < 0 ? 0 : result;
}

static int differs(const struct Problem *problem, const float *results) {
  const struct Shape *shape = &problem->shape;
  for (int y = 0; y < problem->result_width; ++y)
    for (int x = 0; x < problem->result_width; ++x)
      for (int output = 0; output < shape->outputs; ++output) {
        float expected = -INFINITY;
        for (int part = 0; part < (shape->pools ? 4 : 1); ++part) {
          const float one = shape->pools
              ? expected_at(problem, 2 * y + part / 2, 2 * x + part % 2, output)
              : expected_at(problem, y, x, output);
          expected = one > expected ? one : expected;
        }
        const float found =
            results[((ptrdiff_t)y * problem->result_width + x) * shape->outputs + output];
        const float allowed = problem->element == 4 ? 1e-4f : 0;
        if (!(fabsf(found - expected) <= allowed)) {
          fprintf(stderr, "%d %d %d: found %.9g, expected %.9g\n", y, x, output, found, expected);
          return 1;
        }
      }
  return 0;
}

static int check(struct Shape shape, int is_integer, const struct AtelierKernels *kernels) {
  struct Problem problem = make(shape, is_integer ? kernels->integer_bytes : 4, kernels);
  const int is_overrun = !strcmp(mode, "overrun"), is_misread = !strcmp(mode, "misread");
  float *results = memory((problem.output_count - is_overrun) * 4);
  float *scratch = shape.winograd ? memory(atelier_winograd_scratch(&problem.product) * 4)
                   : shape.pools  ? memory((ptrdiff_t)2 * problem.width * 3 * ATELIER_BLOCK * 4)
                                  : 0;
  if (shape.winograd) transform(&problem, kernels);
  if (is_misread) problem.operands.input = (const char *)problem.operands.input + 64;
  if (is_integer) kernels->product_int8(&problem.product, &problem.operands, results, scratch);
  else if (shape.winograd)
    kernels->winograd(&problem.product, &problem.operands, results, scratch);
  else kernels->product(&problem.product, &problem.operands, results, scratch);
  if (!strcmp(mode, "wrong")) results[0] += 1;
  const int is_wrong = differs(&problem, results);
  if (is_wrong)
    fprintf(stderr, "%s, %s: side %d, channels %d, outputs %d, kernel %d, stride %d, pools %d\n",
            kernels->name, is_integer ? "integers" : shape.winograd ? "Winograd" : "floats",
            shape.side, shape.channels, shape.outputs, shape.kernel, shape.stride, shape.pools);
  free(results);
  free(scratch);
  release(&problem);
  return is_wrong;
}

/// Quantizes numbers of all kinds, among them those that are no numbers.
static int check_quantize(const struct AtelierKernels *kernels) {
  const float odd[] = {0, 1, -1, 3e38f, -3e38f, 1e-40f, INFINITY, -INFINITY, NAN};
  for (int count = 0; count < 70; ++count)
    for (int kind = 0; kind < 9; ++kind) {
      float *values = memory(count * 4);
      for (int i = 0; i < count; ++i) values[i] = i % 7 == 3 ? odd[kind] : number();
      void *integers = memory((ptrdiff_t)count * kernels->integer_bytes);
      const struct AtelierRange range = kernels->quantize(values, count, integers);
      struct Problem problem = {.element = kernels->integer_bytes, .integers = integers};
      int is_wrong = range.zero < 0 || range.zero > 255;
      for (int i = 0; i < count; ++i) {
        const int integer = integer_at(&problem, i);
        const float value = range.scale * (float)(integer - range.zero);
        is_wrong |= integer < 0 || integer > 255;
        if (kind < 3) is_wrong |= !(fabsf(value - values[i]) <= range.scale * 0.501f);
      }
      free(values);
      free(integers);
      if (is_wrong) {
        fprintf(stderr, "%s: quantized wrongly, count %d, kind %d\n", kernels->name, count, kind);
        return 1;
      }
    }
  return 0;
}

static int check_others(void) {
  for (int channels = 1; channels < 40; channels += 3) {
    float *values = memory(3 * 5 * channels * 4), *means = memory(channels * 4);
    for (int i = 0; i < 3 * 5 * channels; ++i) values[i] = number();
    if (!atelier_native_are_finite(values, 3 * 5 * channels)) return 1;
    atelier_native_means(values, 5 * channels, 3, 5, channels, means);
    for (int channel = 0; channel < channels; ++channel) {
      double sum = 0;
      for (int pixel = 0; pixel < 15; ++pixel) sum += values[pixel * channels + channel];
      if (!(fabs(sum / 15 - means[channel]) < 1e-5)) return 1;
    }
    values[below(15 * channels)] = channels % 2 ? NAN : INFINITY;
    if (atelier_native_are_finite(values, 15 * channels)) return 1;
    free(values);
    free(means);
  }
  return 0;
}

/// A convolution whose input ends where its tiles do.
static struct Shape winograd_shape(void) {
  struct Shape shape = {
      .channels = 1 + below(40), .outputs = 1 + below(70), .kernel = 3, .stride = 1 + below(2),
      .relu = below(2), .winograd = 1};
  const int width = 1 + below(18);
  if (shape.stride == 1) {
    // Of windows that lie one apart, a last tile of 1 reads as much as one of 2.
    shape.missing = width % 4 == 1;
    shape.side = width + shape.missing + 2;
    shape.pools = width > 1 && below(3) == 0;
  } else {
    shape.side = 2 * width + 1;
  }
  shape.adds = !shape.pools && below(2);
  return shape;
}

int main(int count, char **arguments) {
  if (count > 1) mode = arguments[1];
  const struct AtelierKernels *kernels[ATELIER_KERNEL_LIMIT];
  const int kernel_count = atelier_native_kernels(kernels);
  int failures = check_others();
  if (failures) fprintf(stderr, "means or finiteness are wrong\n");
  for (int k = 0; k < kernel_count; ++k) {
    failures += check_quantize(kernels[k]);
    for (int round = 0; round < 60; ++round) {
      const int kernel = 1 + below(3);
      struct Shape shape = {
          .side = kernel + 1 + below(17), .channels = 1 + below(9), .outputs = 1 + below(70),
          .kernel = kernel, .stride = 1 + below(2), .pools = below(3) == 0, .relu = below(2),
          .adds = below(2)};
      // A lone output is the shape of a matrix product; its vectors are more.
      if (round % 5 == 4) {
        shape.single = 1;
        shape.kernel = shape.side;
        shape.outputs = 1 + below(150);
      }
      if (shape.single || (shape.side - shape.kernel) / shape.stride < 1) shape.pools = 0;
      if (shape.pools) shape.adds = 0;
      failures += check(shape, 0, kernels[k]) + check(shape, 1, kernels[k]);
      failures += check(winograd_shape(), 0, kernels[k]);
    }
    printf("%s: %d failures\n", kernels[k]->name, failures);
  }
  return failures ? 1 : 0;
}
