import CNativeKernels

/// Something the engine does, from activation to activation.
enum Step {
  /// A convolution or a matrix product, with all that follows it in the same pass.
  case product(Product)
  /// The mean of each channel.
  case average(input: Int, output: Int)

  /// A convolution or a matrix product.
  struct Product {
    /// What the kernel is told; strides are filled in once all activations are known.
    var arguments = AtelierProduct()
    let kernelSize: Int
    let stride: Int
    let padding: Int
    /// The activations it reads, adds and writes.
    let input: Int
    var addend: Int?
    var output: Int
    /// Where its weights and its biases begin among those of the network.
    var weights = 0
    var bias = 0
    /// Its layer's name in a state dict.
    let name: String
    /// Whether it is a matrix product over whole activations.
    let isLinear: Bool
  }
}
