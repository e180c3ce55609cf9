import CNativeKernels

/// A convolution or a matrix product: how it reads its input, and what its weights look like.
struct WeightedLayer {
  /// Its name in a state dict.
  let name: String
  let outputs: Int
  /// Its window: the whole input for a matrix product.
  let channels: Int
  let height: Int
  let width: Int
  let stride: Int
  let padding: Int
  /// Whether it is a matrix product over whole activations.
  let isLinear: Bool
  /// Whether it is computed by Winograd's method, of transformed weights.
  var isTransformed = false

  /// Values of a window that lie one after the other, and how often.
  var runLength: Int { isLinear ? windowSize : width * channels }
  var runCount: Int { isLinear ? 1 : height }
  /// Values of a window.
  var windowSize: Int { height * width * channels }
  /// Outputs rounded up to whole blocks.
  var paddedOutputs: Int {
    (outputs + Int(ATELIER_BLOCK) - 1) / Int(ATELIER_BLOCK) * Int(ATELIER_BLOCK)
  }
}
