package import CTorchInterface

/// What LibTorch says of a call that failed: one line.
package struct BridgeFailure: Error {
  package let message: String

  /// Calls a function of the bridge.
  ///
  /// - Parameter function: Returns nil when it failed, and sets the error.
  /// - Throws: What it says, or that LibTorch could not be loaded.
  package static func check<Result>(
    _ function: (CTFunctions, UnsafeMutablePointer<CTError?>) -> Result?
  ) throws(BridgeFailure) -> Result {
    let functions = try TorchLibrary.functions()
    var error: CTError?
    if let result = function(functions, &error) { return result }
    defer { functions.freeError(error) }
    throw BridgeFailure(message: error.map { String(cString: $0) } ?? "LibTorch gave no reason")
  }

  /// Calls a function of the bridge that returns whether it succeeded.
  package static func check(
    _ function: (CTFunctions, UnsafeMutablePointer<CTError?>) -> Bool
  ) throws(BridgeFailure) {
    try check { functions, error -> Void? in function(functions, error) ? () : nil }
  }
}
