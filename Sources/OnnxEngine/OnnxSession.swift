import COnnxRuntime
import Classification

/// A loaded model with one input, the pixels, and one output, the logits.
struct OnnxSession: Sendable {
  private let runtime: OnnxRuntime
  private let object: OnnxObject
  private let inputName: ContiguousArray<CChar>
  private let outputName: ContiguousArray<CChar>

  /// - Throws: ``OnnxStatus`` when the session's model has other inputs or outputs than N x 1 x 28 x
  ///   28 and N x `classCount` floats.
  init(_ object: OnnxObject, runtime: OnnxRuntime, classCount: Int) throws(OnnxStatus) {
    self.runtime = runtime
    self.object = object
    let api = runtime.api
    let session = object.pointer
    var inputs = 0
    var outputs = 0
    try api.check(api.pointee.SessionGetInputCount(session, &inputs))
    try api.check(api.pointee.SessionGetOutputCount(session, &outputs))
    guard inputs == 1, outputs == 1 else {
      throw OnnxStatus(message: "it has \(inputs) inputs and \(outputs) outputs, not one of each")
    }
    try Self.check(
      try api.make { api.pointee.SessionGetInputTypeInfo(session, 0, &$0) }, of: "input",
      is: [-1, 1, ImageTensor.height, ImageTensor.width], api)
    try Self.check(
      try api.make { api.pointee.SessionGetOutputTypeInfo(session, 0, &$0) }, of: "output",
      is: [-1, classCount], api)
    inputName = try runtime.name { api.pointee.SessionGetInputName(session, 0, $0, &$1) }
    outputName = try runtime.name { api.pointee.SessionGetOutputName(session, 0, $0, &$1) }
  }

  /// Computes a batch of at least one picture; ONNX Runtime reads and writes the spans in place.
  func run(
    _ pixels: Span<Float>, into logits: inout MutableSpan<Float>, batch: Int
  ) throws(OnnxStatus) {
    let classCount = logits.count / batch
    try pixels.withUnsafeBytes { pixels throws(OnnxStatus) in
      // The runtime only reads its inputs, though the call takes a mutable pointer.
      let input = try value(
        UnsafeMutableRawBufferPointer(mutating: pixels),
        shape: [Int64(batch), 1, Int64(ImageTensor.height), Int64(ImageTensor.width)])
      defer { runtime.api.pointee.ReleaseValue(input) }
      try logits.withUnsafeMutableBytes { logits throws(OnnxStatus) in
        let output = try value(logits, shape: [Int64(batch), Int64(classCount)])
        defer { runtime.api.pointee.ReleaseValue(output) }
        try run(input, into: output)
      }
    }
  }

  private func run(_ input: OpaquePointer, into output: OpaquePointer) throws(OnnxStatus) {
    let status = inputName.withUnsafeBufferPointer { inputName in
      outputName.withUnsafeBufferPointer { outputName in
        var inputName = inputName.baseAddress
        var outputName = outputName.baseAddress
        var input: OpaquePointer? = input
        var output: OpaquePointer? = output
        return runtime.api.pointee.Run(
          object.pointer, nil, &inputName, &input, 1, &outputName, 1, &output)
      }
    }
    try runtime.api.check(status)
  }

  /// A tensor laid over memory that outlives it.
  private func value<let rank: Int>(
    _ memory: UnsafeMutableRawBufferPointer, shape: InlineArray<rank, Int64>
  ) throws(OnnxStatus) -> OpaquePointer {
    guard let address = memory.baseAddress else {
      throw OnnxStatus(message: "a batch has no memory")
    }
    return try runtime.api.make { value in
      shape.span.withUnsafeBufferPointer { shape in
        guard let sizes = shape.baseAddress else { return nil }
        return runtime.api.pointee.CreateTensorWithDataAsOrtValue(
          runtime.memory, address, memory.count, sizes, rank, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
          &value)
      }
    }
  }

  /// Checks the type of an input or output, and releases it.
  ///
  /// - Parameter expected: Sizes; -1 where any size has to be allowed.
  private static func check(
    _ type: OpaquePointer, of role: String, is expected: [Int], _ api: UnsafePointer<OrtApi>
  ) throws(OnnxStatus) {
    defer { api.pointee.ReleaseTypeInfo(type) }
    var tensor: OpaquePointer?
    try api.check(api.pointee.CastTypeInfoToTensorInfo(type, &tensor))
    guard let tensor else { throw OnnxStatus(message: "its \(role) is not a tensor") }
    var elementType = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT
    try api.check(api.pointee.GetTensorElementType(tensor, &elementType))
    guard elementType == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT else {
      throw OnnxStatus(message: "its \(role) does not hold 32-bit floats")
    }
    var rank = 0
    try api.check(api.pointee.GetDimensionsCount(tensor, &rank))
    var sizes = [Int64](repeating: 0, count: rank)
    if rank > 0 { try api.check(api.pointee.GetDimensions(tensor, &sizes, rank)) }
    guard sizes == expected.map({ Int64($0) }) else {
      throw OnnxStatus(
        message: "its \(role) has the shape \(text(sizes)), not \(text(expected.map { Int64($0) }))"
      )
    }
  }

  private static func text(_ shape: [Int64]) -> String {
    shape.isEmpty ? "of a scalar" : shape.map { $0 < 0 ? "N" : "\($0)" }.joined(separator: " x ")
  }
}
