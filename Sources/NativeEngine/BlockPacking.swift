import CNativeKernels
import Networks

/// Weights in the order in which the kernels of every processor read them.
///
/// Output channels come in blocks of 16. A block has the weights of its channels for each value of the
/// window, in the window's order: rows, columns, input channels. What is missing from a last block is
/// zero. Biases are filled up to whole blocks, too.
enum BlockPacking {
  static let block = Int(ATELIER_BLOCK)

  /// Floats of a layer's weights.
  static func weightCount(_ layer: WeightedLayer) -> Int {
    layer.paddedOutputs * layer.windowSize
  }

  /// Writes a layer's weights, which PyTorch has as outputs x channels x height x width, to zeros.
  static func pack(
    _ weights: [Float], of layer: WeightedLayer, into packed: UnsafeMutablePointer<Float>
  ) {
    let area = layer.height * layer.width
    weights.withUnsafeBufferPointer { weights in
      for output in 0..<layer.outputs {
        let first = packed + output / block * block * layer.windowSize + output % block
        for place in 0..<area {
          for channel in 0..<layer.channels {
            first[(place * layer.channels + channel) * block] =
              weights[(output * layer.channels + channel) * area + place]
          }
        }
      }
    }
  }
}
