import CNativeKernels

/// A layer's weights as 8-bit integers: those of each output channel are multiples of one 127th of its
/// largest.
///
/// The integers lie as the floats do (see ``BlockPacking``), except that those of one channel for as many
/// values of the window as fit 32 bits lie together; each run of the window begins with new 32 bits.
struct IntegerWeights {
  /// One a term of the window and channel: 4 integers, or 2 where each takes 2 bytes.
  var terms: [UInt32]
  /// What a channel's integers are multiples of, and their sum, for whole blocks.
  var scales: [Float]
  var sums: [Int32]

  /// Quantizes the weights of a layer.
  ///
  /// - Parameters:
  ///   - packed: The layer's floats.
  ///   - integerBytes: Bytes of an integer, 1 or 2.
  init(_ packed: UnsafePointer<Float>, of layer: WeightedLayer, integerBytes: Int) {
    let (block, perTerm) = (BlockPacking.block, 4 / integerBytes)
    let runTerms = (layer.runLength + perTerm - 1) / perTerm
    let mask = perTerm == 4 ? UInt32(0xff) : 0xffff
    terms = Array(repeating: 0, count: layer.paddedOutputs * layer.runCount * runTerms)
    scales = Array(repeating: 0, count: layer.paddedOutputs)
    sums = Array(repeating: 0, count: layer.paddedOutputs)
    terms.withUnsafeMutableBufferPointer { terms in
      for output in 0..<layer.outputs {
        let first = output / block * block
        let weights = packed + first * layer.windowSize + output % block
        var largest: Float = 0
        for value in 0..<layer.windowSize { largest = max(largest, abs(weights[value * block])) }
        // So small weights are as good as 0.
        guard largest > 1e-30 else { continue }
        scales[output] = largest / 127
        let inverse = 127 / largest
        let firstTerm = first * layer.runCount * runTerms + output % block
        for run in 0..<layer.runCount {
          for value in 0..<layer.runLength {
            let weight = weights[(run * layer.runLength + value) * block]
            let integer = Int32(min(max((weight * inverse).rounded(.toNearestOrEven), -127), 127))
            sums[output] += integer
            terms[firstTerm + (run * runTerms + value / perTerm) * block] |=
              (UInt32(bitPattern: integer) & mask) << UInt32(value % perTerm * integerBytes * 8)
          }
        }
      }
    }
  }
}
