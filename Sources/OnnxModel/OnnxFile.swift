import Foundation
public import Networks
import SwiftProtobuf

/// An ONNX model that somebody else wrote: what it weighs, and the weights it would have as one of our
/// architectures.
///
/// Source: ONNX, *Open Neural Network Exchange Intermediate Representation Specification*.
public struct OnnxFile: Sendable {
  /// How many numbers the graph learned: the elements of its floating-point initializers.
  public let parameterCount: Int

  /// The weights and biases of its convolutions and linear layers, under their names, in the order in
  /// which the graph uses them.
  ///
  /// A graph that keeps them otherwise, such as a linear layer's transposed, has another order or other
  /// shapes than an architecture expects.
  public let weights: StateDict

  /// Reads a model.
  ///
  /// Its tensors have to lie in the file: one that names another file would have a runtime read files of
  /// this machine.
  ///
  /// - Throws: ``OnnxFileError`` when the bytes are no model, or one whose tensors are cut short, not
  ///   finite, or elsewhere.
  public init(_ bytes: [UInt8]) throws(OnnxFileError) {
    let model: Onnx_ModelProto
    do {
      model = try Onnx_ModelProto(serializedBytes: bytes)
    } catch {
      throw .damaged
    }
    guard !model.graph.node.isEmpty, !model.opsetImport.isEmpty else { throw .damaged }
    guard model.functions.isEmpty, model.trainingInfo.isEmpty else { throw .unsupported }
    try Self.check(model.graph)
    let initializers = Dictionary(
      model.graph.initializer.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var count = 0
    for tensor in initializers.values where Self.floatTypes.contains(tensor.dataType) {
      // Only the shape of a tensor of 16-bit floats is looked at, and that may be any.
      let (sum, overflows) = count.addingReportingOverflow(try Self.elementCount(of: tensor))
      guard !overflows else { throw .tensorDamaged(tensor.name) }
      count = sum
    }
    parameterCount = count
    var weights = StateDict()
    for node in model.graph.node where ["Conv", "Gemm"].contains(node.opType) {
      for name in node.input.dropFirst() {
        guard let initializer = initializers[name], initializer.dataType == Self.float else {
          continue
        }
        weights[name] = ParameterTensor(
          shape: initializer.dims.map { Int($0) }, values: try Self.values(of: initializer))
      }
    }
    self.weights = weights
  }

  private static let float = Int32(Onnx_TensorProto.DataType.float.rawValue)
  private static let double = Int32(Onnx_TensorProto.DataType.double.rawValue)
  private static let floatTypes: Set<Int32> = [
    float, double, Int32(Onnx_TensorProto.DataType.float16.rawValue),
    Int32(Onnx_TensorProto.DataType.bfloat16.rawValue),
  ]

  /// Checks the tensors of a graph and of those inside it.
  private static func check(_ graph: Onnx_GraphProto) throws(OnnxFileError) {
    for tensor in graph.initializer { try check(tensor) }
    for sparse in graph.sparseInitializer { try check(sparse) }
    for attribute in graph.node.flatMap(\.attribute) {
      if attribute.hasT { try check(attribute.t) }
      if attribute.hasSparseTensor { try check(attribute.sparseTensor) }
      if attribute.hasG { try check(attribute.g) }
      for tensor in attribute.tensors { try check(tensor) }
      for sparse in attribute.sparseTensors { try check(sparse) }
      for graph in attribute.graphs { try check(graph) }
    }
  }

  private static func check(_ tensor: Onnx_SparseTensorProto) throws(OnnxFileError) {
    try check(tensor.values)
    try check(tensor.indices)
  }

  private static func check(_ tensor: Onnx_TensorProto) throws(OnnxFileError) {
    guard tensor.dataLocation != .external, tensor.externalData.isEmpty else {
      throw .externalData(tensor: tensor.name)
    }
    if tensor.dataType == float {
      let isFinite = try values(of: tensor).allSatisfy(\.isFinite)
      guard isFinite else { throw .notFinite(tensor: tensor.name) }
    } else if tensor.dataType == double {
      let isFinite =
        tensor.doubleData.allSatisfy(\.isFinite)
        && numbers(tensor.rawData, as: Double.self).allSatisfy(\.isFinite)
      guard isFinite else { throw .notFinite(tensor: tensor.name) }
    }
  }

  private static func elementCount(of tensor: Onnx_TensorProto) throws(OnnxFileError) -> Int {
    var count = 1
    for size in tensor.dims {
      let (product, overflows) = count.multipliedReportingOverflow(by: Int(size))
      guard size >= 0, !overflows else { throw .tensorDamaged(tensor.name) }
      count = product
    }
    return count
  }

  /// The values of a tensor of 32-bit floats.
  private static func values(of tensor: Onnx_TensorProto) throws(OnnxFileError) -> [Float] {
    let values =
      tensor.rawData.isEmpty ? tensor.floatData : numbers(tensor.rawData, as: Float.self)
    guard try values.count == elementCount(of: tensor) else { throw .tensorDamaged(tensor.name) }
    return values
  }

  /// The little-endian numbers that bytes are.
  private static func numbers<Number>(_ bytes: Data, as type: Number.Type) -> [Number] {
    bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / MemoryLayout<Number>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
      }
    }
  }
}
