import CNativeKernels
public import Networks

/// A network and its weights, as the kernels of the native engine read them: the content of a
/// `model.atelier` file.
///
/// | bytes | hold |
/// |---|---|
/// | 0–7 | `ATELIER` and a zero byte |
/// | 8–11 | the format, 2 |
/// | 12–15 | N, the length of the description, a multiple of 64 |
/// | 16–23 | M, the length of the weights, a multiple of 64 |
/// | 24–55 | SHA-256 of everything from byte 64 on |
/// | 56–63 | zero |
/// | 64–(64+N) | the description, JSON in UTF-8, filled up with spaces: `layers`, in order, and `parameters`, each with `name`, `shape` and `offset`, the byte of the weights where it begins, a multiple of 64 |
/// | (64+N)–(64+N+M) | the weights: 32-bit floats |
///
/// Integers and floats are little-endian. A weight of shape outputs x channels x height x width has blocks
/// of 16 outputs; a block has, for each row, column and channel of the window in this order, 16 floats,
/// one an output; outputs past the last are zero. A weight of shape outputs x inputs is the same, of a
/// window that is the whole activation before it was flattened. A bias has its values, then zeros up to
/// a multiple of 16. All processors read this order, so weights are used in the file's map as they are.
///
/// In format 1, which is read, too, parameters lie one after the other, row-major.
public struct NativeModel: Sendable {
  /// The format that this program writes.
  public static let format = 2

  /// The network.
  public let network: Network
  /// The weights of all layers.
  let storage: WeightStorage
  /// The float where each parameter begins.
  let starts: [String: Int]

  /// Combines a network and its weights.
  ///
  /// - Throws: ``NativeModelError/weights(_:)`` when the weights do not fit the network,
  ///   ``NativeModelError/unsupported(reason:)`` when the engine has no kernel for one of the layers.
  public init(network: Network, stateDict: StateDict) throws(NativeModelError) {
    let parameters: StateDict
    do {
      parameters = try stateDict.conforming(to: network)
    } catch {
      throw .weights(error)
    }
    let layers = try ExecutionPlan(network).layers
    var (starts, count) = ([String: Int](), 0)
    for layer in layers {
      starts[layer.name + ".weight"] = count
      starts[layer.name + ".bias"] = count + BlockPacking.weightCount(layer)
      count += BlockPacking.weightCount(layer) + layer.paddedOutputs
    }
    self.network = network
    self.starts = starts
    storage = WeightStorage(count: count) { floats in
      guard let first = floats.baseAddress else { return }
      for layer in layers {
        guard let weight = starts[layer.name + ".weight"], let bias = starts[layer.name + ".bias"],
          let weights = parameters[layer.name + ".weight"],
          let biases = parameters[layer.name + ".bias"]
        else { continue }
        BlockPacking.pack(weights.values, of: layer, into: first + weight)
        for (index, value) in biases.values.enumerated() { first[bias + index] = value }
      }
    }
  }

  /// Takes weights that are packed.
  ///
  /// - Throws: ``NativeModelError`` when a layer has no weights there, or weights that are not finite.
  init(
    network: Network, storage: WeightStorage, starts: [String: Int]
  ) throws(NativeModelError) {
    self.network = network
    self.storage = storage
    self.starts = starts
    for layer in try ExecutionPlan(network).layers {
      let sizes = [
        (".weight", BlockPacking.weightCount(layer)), (".bias", layer.paddedOutputs),
      ]
      for (suffix, size) in sizes {
        let name = layer.name + suffix
        guard let start = starts[name] else { throw .description(reason: "\(name) is missing") }
        guard size <= storage.values.count, start <= storage.values.count - size else {
          throw .description(reason: "\(name) has more values than the file")
        }
        let values = UnsafeBufferPointer(rebasing: storage.values[start..<start + size])
        guard let first = values.baseAddress, atelier_native_are_finite(first, size) != 0 else {
          throw .weights(.notFinite(name: name))
        }
      }
    }
  }
}
