/// Weights in the order in which the kernels read them.
enum PackedWeights {
  /// Packs the weights of a convolution, or of a matrix product over a flattened activation.
  ///
  /// - Parameters:
  ///   - weights: outputs x input channels x height x width, row-major, as PyTorch has them.
  ///   - lanes: Values in a vector.
  /// - Returns: vectors of outputs x height x width x input channels x lanes; lanes past the last output
  ///   are zero.
  static func pack(
    _ weights: [Float], outputs: Int, inputChannels: Int, height: Int, width: Int, lanes: Int
  ) -> [Float] {
    let area = height * width
    let vectors = (outputs + lanes - 1) / lanes
    return [Float](unsafeUninitializedCapacity: vectors * area * inputChannels * lanes) {
      packed, count in
      weights.withUnsafeBufferPointer { weights in
        for vector in 0..<vectors {
          for place in 0..<area {
            for channel in 0..<inputChannels {
              for lane in 0..<lanes {
                let output = vector * lanes + lane
                packed[count] =
                  output < outputs
                  ? weights[(output * inputChannels + channel) * area + place] : 0
                count += 1
              }
            }
          }
        }
      }
    }
  }
}
