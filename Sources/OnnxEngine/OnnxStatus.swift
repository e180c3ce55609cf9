import COnnxRuntime

/// What ONNX Runtime says went wrong, on one line.
struct OnnxStatus: Error {
  let message: String

  init(message: String) {
    self.message = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension UnsafePointer<OrtApi> {
  /// Throws the status of a call, when it has one.
  func check(_ status: OpaquePointer?) throws(OnnxStatus) {
    guard let status else { return }
    defer { pointee.ReleaseStatus(status) }
    throw OnnxStatus(message: String(cString: pointee.GetErrorMessage(status)))
  }

  /// The object that a call makes.
  func make(
    _ call: (inout OpaquePointer?) -> OpaquePointer?
  ) throws(OnnxStatus) -> OpaquePointer {
    var object: OpaquePointer?
    try check(call(&object))
    guard let object else { throw OnnxStatus(message: "ONNX Runtime made nothing") }
    return object
  }
}
