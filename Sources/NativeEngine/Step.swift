import CNativeKernels

/// Something the engine does, from activation to activation.
enum Step {
  /// Values become integers.
  case quantize(activation: Int)
  /// A convolution or a matrix product, with all that follows it in the same pass.
  case product(Product)
  /// The mean of each channel.
  case average(input: Int, output: Int)

  /// A convolution or a matrix product.
  struct Product {
    /// What the kernel is told; strides are filled in once all activations are known.
    var arguments = AtelierProduct()
    /// Which of the plan's layers it is.
    let layer: Int
    /// The activations it reads, adds and writes.
    let input: Int
    var addend: Int?
    var output = 0
    /// Bytes from the first value of the input to its first window, which begins in the frame.
    var windowOffset = 0
    /// Whether it is a matrix product over whole activations.
    let isLinear: Bool
  }
}
