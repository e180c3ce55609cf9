package import CTorch

/// What LibTorch says of a call that failed: one line.
package struct BridgeFailure: Error {
  package let message: String

  /// Calls a function of the bridge.
  ///
  /// - Parameter function: Returns nil when it failed, and sets the error.
  package static func check<Result>(
    _ function: (UnsafeMutablePointer<CTError?>) -> Result?
  ) throws(BridgeFailure) -> Result {
    var error: CTError?
    if let result = function(&error) { return result }
    defer { CTErrorFree(error) }
    throw BridgeFailure(message: error.map { String(cString: $0) } ?? "LibTorch gave no reason")
  }

  /// Calls a function of the bridge that returns whether it succeeded.
  package static func check(
    _ function: (UnsafeMutablePointer<CTError?>) -> Bool
  ) throws(BridgeFailure) {
    try check { error -> Void? in function(error) ? () : nil }
  }
}
