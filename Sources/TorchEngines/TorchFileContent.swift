package import CTorchInterface

/// Files that LibTorch makes, in memory: written by LibTorch itself, a full disk ends the process.
package enum TorchFileContent {
  /// Calls a function of the bridge that writes a file.
  ///
  /// - Parameter write: Gives the file's bytes to the sink; returns whether it succeeded.
  /// - Returns: The content.
  /// - Throws: What LibTorch says of a failure.
  package static func bytes(
    _ write: (CTFunctions, CTSink, UnsafeMutablePointer<CTError?>) -> Bool
  ) throws(BridgeFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    try BridgeFailure.check { functions, error in
      withUnsafeMutablePointer(to: &bytes) { content in
        let sink = CTSink(context: content) { context, bytes, count in
          context?.assumingMemoryBound(to: [UInt8].self).pointee.append(
            contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        }
        return write(functions, sink, error)
      }
    }
    return bytes
  }
}
