import CTorchInterface
import Files
public import Networks

/// Writes networks as TorchScript modules.
public enum TorchExport {
  /// Writes a module in 32-bit floats that Python's `torch.jit.load` reads too; its parameters keep
  /// their names.
  ///
  /// - Throws: ``TorchExportError`` when the parameters do not fill the network or the file cannot be
  ///   written.
  public static func writeTorchScript(
    network: Network, stateDict: StateDict, to path: String
  ) throws(TorchExportError) {
    try write(network, stateDict, quantized: false, to: path)
  }

  /// Writes a module whose linear layers have int8 weights, one scale an output, and quantise their
  /// inputs by each batch's own range: PyTorch's dynamic quantisation.
  ///
  /// - Throws: ``TorchExportError`` when the parameters do not fill the network or the file cannot be
  ///   written.
  public static func writeQuantized(
    network: Network, stateDict: StateDict, to path: String
  ) throws(TorchExportError) {
    try write(network, stateDict, quantized: true, to: path)
  }

  private static func write(
    _ network: Network, _ stateDict: StateDict, quantized: Bool, to path: String
  ) throws(TorchExportError) {
    let content: [UInt8]
    do {
      content = try network.withCTorchLayers { layers throws(BridgeFailure) in
        try TorchFileContent.bytes { functions, sink, error in
          stateDict.withCTorchValues { values in
            guard let layerBase = layers.baseAddress, let valueBase = values.baseAddress else {
              return false
            }
            return functions.model.writeScript(
              layerBase, layers.count, valueBase, values.count, quantized, sink, error)
          }
        }
      }
    } catch {
      throw TorchExportError(path: path, reason: error.message)
    }
    do {
      try FileContents.write(content, to: path)
    } catch {
      throw TorchExportError(path: path, reason: error.reason)
    }
  }
}
